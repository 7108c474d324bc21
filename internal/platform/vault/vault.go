// Package vault seals personal data with keys that stand outside the database
// (CUS-04): a stolen copy of the database shows no identity number, no account
// number and no mobile.
//
//	Seal ─ AES-256-GCM, bound to the place where it stands ─→ "k2.…"      Open
//	Index ─ HMAC-SHA-256 of a whole value or its last four ─→ what equality is looked for by
//	Sign ─ Ed25519 ─→ what a closed segment of the trail carries
//
// The keys are one file, readable by the program's user only. Every node of an
// installation has the same file; keys.go reads and rotates it.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
)

// What can go wrong with something sealed.
var (
	ErrUnknownKey = errors.New("vault: sealed with a key that is not in the key file")
	ErrBroken     = errors.New("vault: not what was sealed at this place")
)

// Vault seals and opens with the keys of one file. It may be used by many
// goroutines at once.
type Vault struct {
	path string
	mu   sync.RWMutex
	ring ring
	read stamp
}

// stamp tells whether the file changed since it was read.
type stamp struct {
	at, size int64
}

// ring is what the file holds, made ready for use; the newest key of a kind is last.
type ring struct {
	file  File
	seals map[string]cipher.AEAD
	last  string // id of the newest sealing key
}

var encoding = base64.RawURLEncoding.Strict()

// Seal encrypts plain. place says where the result will stand, such as
// "customer_mobile.mobile:06q…"; it opens there and nowhere else, so two sealed
// values cannot be exchanged. Nothing stays nothing.
func (v *Vault) Seal(place, plain string) string {
	if plain == "" {
		return ""
	}
	v.fresh()
	v.mu.RLock()
	defer v.mu.RUnlock()
	aead := v.ring.seals[v.ring.last]
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plain)+aead.Overhead())
	_, _ = rand.Read(nonce) // never fails
	return v.ring.last + "." + encoding.EncodeToString(aead.Seal(nonce, nonce, []byte(plain), []byte(place)))
}

// Open decrypts what Seal returned for the same place.
func (v *Vault) Open(place, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	id, text, ok := strings.Cut(sealed, ".")
	if !ok {
		return "", ErrBroken
	}
	aead, err := v.sealKey(id)
	if err != nil {
		return "", err
	}
	raw, err := encoding.DecodeString(text)
	if err != nil || len(raw) < aead.NonceSize() {
		return "", ErrBroken
	}
	plain, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte(place))
	if err != nil {
		return "", ErrBroken
	}
	return string(plain), nil
}

// sealKey finds a key; one that is not known may have been added to the file
// since it was read (a rotation on another node).
func (v *Vault) sealKey(id string) (cipher.AEAD, error) {
	v.mu.RLock()
	aead, ok := v.ring.seals[id]
	v.mu.RUnlock()
	if ok {
		return aead, nil
	}
	if err := v.reload(); err != nil {
		return nil, err
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	if aead, ok = v.ring.seals[id]; ok {
		return aead, nil
	}
	return nil, ErrUnknownKey
}

// fresh takes up keys that were added to the file: a node that went on with the
// old ones would seal with a key about to be retired, and look for rows by an
// index they no longer have. A file that cannot be read now was read before.
func (v *Vault) fresh() { _ = v.reload() }

// Current reports whether sealed was made with the newest key; a rotation
// seals the others anew.
func (v *Vault) Current(sealed string) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return sealed == "" || strings.HasPrefix(sealed, v.ring.last+".")
}

// Index returns what a value is looked for by: the same for the same value and
// kind ("mobile", "mobile.last4"), and nothing that leads back to it without
// the key. Nothing stays nothing.
func (v *Vault) Index(kind, value string) string {
	all := v.Indexes(kind, value)
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// Indexes returns the index of a value under every key there is, the newest
// first: during a rotation rows carry one or the other.
func (v *Vault) Indexes(kind, value string) []string {
	if value == "" {
		return nil
	}
	v.fresh()
	v.mu.RLock()
	defer v.mu.RUnlock()
	keys := v.ring.file.Index
	out := make([]string, 0, len(keys))
	for i := len(keys) - 1; i >= 0; i-- {
		mac := hmac.New(sha256.New, keys[i].Key)
		mac.Write([]byte(kind + "\x00" + value))
		out = append(out, keys[i].ID+"."+encoding.EncodeToString(mac.Sum(nil)[:16]))
	}
	return out
}

// CurrentIndex reports whether index was made with the newest key.
func (v *Vault) CurrentIndex(index string) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	keys := v.ring.file.Index
	return index == "" || strings.HasPrefix(index, keys[len(keys)-1].ID+".")
}

// Sign signs text with the newest signing key and returns "s1.…".
func (v *Vault) Sign(text string) string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	keys := v.ring.file.Sign
	k := keys[len(keys)-1]
	return k.ID + "." + encoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(k.Key), []byte(text)))
}

// Signed reports whether signature is one of this installation's for text.
func (v *Vault) Signed(text, signature string) bool {
	id, sig, _ := strings.Cut(signature, ".")
	raw, err := encoding.DecodeString(sig)
	if err != nil {
		return false
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, k := range v.ring.file.Sign {
		if k.ID == id {
			public := ed25519.NewKeyFromSeed(k.Key)[ed25519.SeedSize:]
			return ed25519.Verify(ed25519.PublicKey(public), []byte(text), raw)
		}
	}
	return false
}

// KeyOf names the key that something sealed, indexed or signed was made with.
func KeyOf(text string) string {
	id, _, _ := strings.Cut(text, ".")
	return id
}

// Fingerprints names every key and what identifies it without giving it away,
// for comparing with what the database was sealed with.
func (v *Vault) Fingerprints() map[string]string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	out := map[string]string{}
	for _, keys := range [][]Key{v.ring.file.Seal, v.ring.file.Index, v.ring.file.Sign} {
		for _, k := range keys {
			sum := sha256.Sum256(append([]byte("guanjia key "+k.ID+"\x00"), k.Key...))
			out[k.ID] = hex.EncodeToString(sum[:8])
		}
	}
	return out
}

func makeSeal(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
