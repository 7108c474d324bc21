package wechatpay

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// window is how far a signature's time may be from now, either way.
const window = 5 * time.Minute

const v3KeySize = 32

// ParseKey reads the merchant's private key (apiclient_key.pem).
func ParseKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(strings.TrimSpace(text)))
	if block == nil {
		return nil, ErrKey
	}
	if k, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return k, nil
	}
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if key, ok := k.(*rsa.PrivateKey); err == nil && ok {
		return key, nil
	}
	return nil, ErrKey
}

// ParsePublic reads the platform's public key (pub_key.pem) or certificate.
func ParsePublic(text string) (*rsa.PublicKey, error) {
	block, _ := pem.Decode([]byte(strings.TrimSpace(text)))
	if block == nil {
		return nil, ErrPublic
	}
	if cert, err := x509.ParseCertificate(block.Bytes); err == nil {
		if key, ok := cert.PublicKey.(*rsa.PublicKey); ok {
			return key, nil
		}
		return nil, ErrPublic
	}
	k, err := x509.ParsePKIXPublicKey(block.Bytes)
	if key, ok := k.(*rsa.PublicKey); err == nil && ok {
		return key, nil
	}
	return nil, ErrPublic
}

// CheckV3Key refuses what cannot be an APIv3 key.
func CheckV3Key(key string) error {
	if len(key) != v3KeySize {
		return ErrV3Key
	}
	return nil
}

func (c *Client) sign(message string) (string, error) {
	sum := sha256.Sum256([]byte(message))
	sig, err := rsa.SignPKCS1v15(rand.Reader, c.Key, crypto.SHA256, sum[:])
	return base64.StdEncoding.EncodeToString(sig), err
}

func (c *Client) authorization(method, path string, body []byte) (string, error) {
	at, nonce := strconv.FormatInt(c.Now().Unix(), 10), rand.Text()
	sig, err := c.sign(method + "\n" + path + "\n" + at + "\n" + nonce + "\n" + string(body) + "\n")
	return fmt.Sprintf(`WECHATPAY2-SHA256-RSA2048 mchid="%s",nonce_str="%s",signature="%s",timestamp="%s",serial_no="%s"`, c.ID, nonce, sig, at, c.Serial), err
}

// Bridge is what a page inside WeChat gives to WeixinJSBridge (getBrandWCPayRequest).
type Bridge struct {
	AppID   string `json:"appId"`
	At      string `json:"timeStamp"`
	Nonce   string `json:"nonceStr"`
	Package string `json:"package"`
	Kind    string `json:"signType"`
	Sign    string `json:"paySign"`
}

func (c *Client) bridge(prepay string) (b Bridge, err error) {
	b = Bridge{AppID: c.AppID, At: strconv.FormatInt(c.Now().Unix(), 10), Nonce: rand.Text(), Package: "prepay_id=" + prepay, Kind: "RSA"}
	b.Sign, err = c.sign(b.AppID + "\n" + b.At + "\n" + b.Nonce + "\n" + b.Package + "\n")
	return b, err
}

// Signed are the headers by which the platform signs a body.
type Signed struct {
	At        string `header:"Wechatpay-Timestamp"`
	Nonce     string `header:"Wechatpay-Nonce"`
	Serial    string `header:"Wechatpay-Serial"`
	Signature string `header:"Wechatpay-Signature"`
}

// SignedBy reads them.
func SignedBy(h http.Header) Signed {
	return Signed{h.Get("Wechatpay-Timestamp"), h.Get("Wechatpay-Nonce"), h.Get("Wechatpay-Serial"), h.Get("Wechatpay-Signature")}
}

// believe checks that the platform signed a body now.
func (c *Client) believe(by Signed, body []byte) error {
	seconds, err := strconv.ParseInt(by.At, 10, 64)
	if err != nil || by.Serial != c.Platform {
		return ErrSignature
	}
	sig, err := base64.StdEncoding.DecodeString(by.Signature)
	if err != nil {
		return ErrSignature
	}
	sum := sha256.Sum256([]byte(by.At + "\n" + by.Nonce + "\n" + string(body) + "\n"))
	if rsa.VerifyPKCS1v15(c.Public, crypto.SHA256, sum[:], sig) != nil {
		return ErrSignature
	}
	if away := c.Now().Sub(time.Unix(seconds, 0)); away > window || away < -window {
		return ErrOld
	}
	return nil
}

type callback struct {
	Kind     string `json:"event_type"`
	Resource struct {
		Algorithm string `json:"algorithm"`
		Text      string `json:"ciphertext"`
		Data      string `json:"associated_data"`
		Nonce     string `json:"nonce"`
	} `json:"resource"`
}

// Told reads a callback: who signed it, when, and the payment inside. Callbacks
// about anything else are answered with a Trade without a number.
func (c *Client) Told(by Signed, body []byte) (t Trade, err error) {
	plain, err := c.told(by, body, "TRANSACTION.")
	if err != nil || plain == nil {
		return t, err
	}
	if json.Unmarshal(plain, &t) != nil {
		return t, ErrForm
	}
	return t, t.read()
}

// ToldRefund is Told for callbacks about refunds: the out_refund_no that one is
// about, "" for any other. How the refund stands is asked with RefundOf.
func (c *Client) ToldRefund(by Signed, body []byte) (number string, err error) {
	plain, err := c.told(by, body, "REFUND.")
	if err != nil || plain == nil {
		return "", err
	}
	var in struct {
		Merchant string `json:"mchid"`
		Number   string `json:"out_refund_no"`
	}
	if json.Unmarshal(plain, &in) != nil || in.Merchant != c.ID {
		return "", ErrForm
	}
	return in.Number, nil
}

// told opens a callback about something of a kind; nil for any other.
func (c *Client) told(by Signed, body []byte, kind string) ([]byte, error) {
	if err := c.believe(by, body); err != nil {
		return nil, err
	}
	var in callback
	if json.Unmarshal(body, &in) != nil {
		return nil, ErrForm
	}
	if !strings.HasPrefix(in.Kind, kind) {
		return nil, nil
	}
	return c.open(in)
}

func (c *Client) open(in callback) ([]byte, error) {
	sealed, err := base64.StdEncoding.DecodeString(in.Resource.Text)
	if err != nil || in.Resource.Algorithm != "AEAD_AES_256_GCM" {
		return nil, ErrSealed
	}
	block, err := aes.NewCipher([]byte(c.V3Key))
	if err != nil {
		return nil, ErrSealed
	}
	aead, err := cipher.NewGCM(block)
	if err != nil || len(in.Resource.Nonce) != aead.NonceSize() {
		return nil, ErrSealed
	}
	plain, err := aead.Open(nil, []byte(in.Resource.Nonce), sealed, []byte(in.Resource.Data))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}
