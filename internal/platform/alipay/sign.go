package alipay

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// der reads what the platform's tools write: base64 alone, or PEM.
func der(text string) []byte {
	text = strings.TrimSpace(text)
	if block, _ := pem.Decode([]byte(text)); block != nil {
		return block.Bytes
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil
	}
	return raw
}

// ParseKey reads the merchant's private key: PKCS#1 or PKCS#8, PEM or base64.
func ParseKey(text string) (*rsa.PrivateKey, error) {
	raw := der(text)
	if k, err := x509.ParsePKCS1PrivateKey(raw); err == nil {
		return k, nil
	}
	k, err := x509.ParsePKCS8PrivateKey(raw)
	if key, ok := k.(*rsa.PrivateKey); err == nil && ok {
		return key, nil
	}
	return nil, ErrKey
}

// ParsePublic reads Alipay's public key, PEM or base64.
func ParsePublic(text string) (*rsa.PublicKey, error) {
	k, err := x509.ParsePKIXPublicKey(der(text))
	if key, ok := k.(*rsa.PublicKey); err == nil && ok {
		return key, nil
	}
	return nil, ErrPublic
}

// sorted is what is signed of a form: every parameter that says something.
func sorted(form url.Values, without ...string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(form)) {
		if v := form.Get(k); v != "" && !slices.Contains(without, k) {
			parts = append(parts, k+"="+v)
		}
	}
	return strings.Join(parts, "&")
}

func (c *Client) sign(form url.Values) error {
	sum := sha256.Sum256([]byte(sorted(form, "sign")))
	sig, err := rsa.SignPKCS1v15(rand.Reader, c.Key, crypto.SHA256, sum[:])
	form.Set("sign", base64.StdEncoding.EncodeToString(sig))
	return err
}

func (c *Client) signed(text, sig string) bool {
	raw, err := base64.StdEncoding.DecodeString(sig)
	if err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(text))
	return rsa.VerifyPKCS1v15(c.Public, crypto.SHA256, sum[:], raw) == nil
}

// Told reads a notification: a form signed by Alipay. Whether app, seller,
// order and amount are the right ones is for who knows the order.
func (c *Client) Told(body []byte) (t Trade, err error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return t, ErrForm
	}
	for _, all := range form {
		if len(all) != 1 {
			return t, ErrForm // what is read would not be what was signed
		}
	}
	if form.Get("sign_type") != "RSA2" || !c.signed(sorted(form, "sign", "sign_type"), form.Get("sign")) {
		return t, ErrSignature
	}
	t = Trade{AppID: form.Get("app_id"), Seller: form.Get("seller_id"), Number: form.Get("out_trade_no"), Transaction: form.Get("trade_no"), State: form.Get("trade_status")}
	return t, t.read(form.Get("total_amount"), form.Get("gmt_payment"))
}
