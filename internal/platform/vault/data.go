package vault

import (
	"crypto/cipher"
	"crypto/rand"
)

// DataKey is a key for one person's entries or one file. It is kept sealed
// beside what it seals; destroying it is destroying that.
type DataKey struct {
	raw  []byte
	aead cipher.AEAD
}

// NewDataKey makes a key.
func NewDataKey() DataKey {
	raw := make([]byte, keySize)
	_, _ = rand.Read(raw) // never fails
	k, _ := dataKey(raw)  // of the right size
	return k
}

func dataKey(raw []byte) (DataKey, error) {
	aead, err := makeSeal(raw)
	return DataKey{raw, aead}, err
}

// SealKey wraps a key for the place where it will stand.
func (v *Vault) SealKey(place string, k DataKey) string {
	return v.Seal(place, encoding.EncodeToString(k.raw))
}

// OpenKey unwraps what SealKey returned.
func (v *Vault) OpenKey(place, sealed string) (DataKey, error) {
	text, err := v.Open(place, sealed)
	if err != nil {
		return DataKey{}, err
	}
	raw, err := encoding.DecodeString(text)
	if err != nil || len(raw) != keySize {
		return DataKey{}, ErrBroken
	}
	return dataKey(raw)
}

// Seal encrypts plain for a place.
func (k DataKey) Seal(place string, plain []byte) []byte {
	nonce := make([]byte, k.aead.NonceSize(), k.aead.NonceSize()+len(plain)+k.aead.Overhead())
	_, _ = rand.Read(nonce) // never fails
	return k.aead.Seal(nonce, nonce, plain, []byte(place))
}

// Open decrypts what Seal returned for the same place, or says ErrBroken.
func (k DataKey) Open(place string, sealed []byte) ([]byte, error) {
	if len(sealed) < k.aead.NonceSize() {
		return nil, ErrBroken
	}
	plain, err := k.aead.Open(nil, sealed[:k.aead.NonceSize()], sealed[k.aead.NonceSize():], []byte(place))
	if err != nil {
		return nil, ErrBroken
	}
	return plain, nil
}
