package vault

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// File is the key file, JSON. Keys are 32 bytes in base64.
type File struct {
	Seal  []Key `json:"seal"`  // k1, k2, …: AES-256
	Index []Key `json:"index"` // i1, i2, …: HMAC-SHA-256
	Sign  []Key `json:"sign"`  // s1, s2, …: seeds of Ed25519
}

// Key is one key with the name that stands before everything made with it.
type Key struct {
	ID  string `json:"id"`
	Key []byte `json:"key"`
}

const keySize = 32

// ErrNoFile means that there is no key file at the path.
var ErrNoFile = errors.New("vault: there is no key file")

// Open reads the key file at path.
func Open(path string) (*Vault, error) {
	v := &Vault{path: path}
	return v, v.reload()
}

// Create writes a key file with new keys; it never replaces one.
func Create(path string) (*Vault, error) {
	f := File{Seal: []Key{newKey("k1")}, Index: []Key{newKey("i1")}, Sign: []Key{newKey("s1")}}
	raw, err := encode(f)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, err
	}
	// O_EXCL: two nodes that start at once must not each make a file and lose one.
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- the administrator names the file
	if err != nil {
		return nil, err
	}
	_, err = out.Write(raw)
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	return Open(path)
}

// Add appends a new key of every kind to the file. From then on everything is
// sealed with them, and what was sealed before still opens. The ids are returned.
func (v *Vault) Add() ([]string, error) {
	if err := v.reload(); err != nil {
		return nil, err
	}
	v.mu.RLock()
	f := v.ring.file
	v.mu.RUnlock()
	var ids []string
	for _, kind := range []struct {
		keys   *[]Key
		letter string
	}{{&f.Seal, "k"}, {&f.Index, "i"}, {&f.Sign, "s"}} {
		id := kind.letter + strconv.Itoa(number((*kind.keys)[len(*kind.keys)-1].ID)+1)
		*kind.keys = append(append([]Key{}, *kind.keys...), newKey(id))
		ids = append(ids, id)
	}
	return ids, v.replace(f)
}

// Retire removes keys that nothing is sealed with any more. The newest of each
// kind stays, and so do signing keys: old signatures must remain checkable.
func (v *Vault) Retire(ids ...string) error {
	if err := v.reload(); err != nil {
		return err
	}
	gone := map[string]bool{}
	for _, id := range ids {
		gone[id] = true
	}
	v.mu.RLock()
	f := v.ring.file
	v.mu.RUnlock()
	for _, keys := range []*[]Key{&f.Seal, &f.Index} {
		var kept []Key
		for i, k := range *keys {
			if !gone[k.ID] || i == len(*keys)-1 {
				kept = append(kept, k)
			}
		}
		*keys = kept
	}
	return v.replace(f)
}

// replace writes the file anew, whole or not at all.
func (v *Vault) replace(f File) error {
	raw, err := encode(f)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(v.path), ".keys-*") // readable by its owner only
	if err != nil {
		return err
	}
	_, err = tmp.Write(raw)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	if err := os.Rename(tmp.Name(), v.path); err != nil {
		return err
	}
	return v.reload()
}

// reload reads the file when it has changed.
func (v *Vault) reload() error {
	info, err := os.Stat(v.path)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w at %s", ErrNoFile, v.path)
	}
	if err != nil {
		return err
	}
	v.mu.RLock()
	same := v.read == stamp{info.ModTime().UnixNano(), info.Size()}
	v.mu.RUnlock()
	if same {
		return nil
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("vault: %s may be read by others; chmod 600 it", v.path)
	}
	raw, err := os.ReadFile(v.path)
	if err != nil {
		return err
	}
	r, err := decode(raw)
	if err != nil {
		return fmt.Errorf("vault: %s: %w", v.path, err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ring, v.read = r, stamp{info.ModTime().UnixNano(), info.Size()}
	return nil
}

func encode(f File) ([]byte, error) { return json.MarshalIndent(f, "", " ") }

var idForm = regexp.MustCompile(`^[kis][1-9][0-9]{0,5}$`)

func decode(raw []byte) (r ring, err error) {
	if err := json.Unmarshal(raw, &r.file); err != nil {
		return r, errors.New("not a key file") // the text might hold a part of a key
	}
	r.seals = map[string]cipher.AEAD{}
	for letter, keys := range map[string][]Key{"k": r.file.Seal, "i": r.file.Index, "s": r.file.Sign} {
		if len(keys) == 0 {
			return r, fmt.Errorf("no key of the kind %q", letter)
		}
		for i, k := range keys {
			if !idForm.MatchString(k.ID) || !strings.HasPrefix(k.ID, letter) || len(k.Key) != keySize {
				return r, fmt.Errorf("key %d of the kind %q is no key", i+1, letter)
			}
			if i > 0 && number(k.ID) <= number(keys[i-1].ID) {
				return r, fmt.Errorf("the keys of the kind %q are not in order", letter)
			}
		}
	}
	for _, k := range r.file.Seal {
		if r.seals[k.ID], err = makeSeal(k.Key); err != nil {
			return r, err
		}
		r.last = k.ID
	}
	return r, nil
}

func number(id string) int {
	n, _ := strconv.Atoi(id[1:])
	return n
}

func newKey(id string) Key {
	k := Key{ID: id, Key: make([]byte, keySize)}
	_, _ = rand.Read(k.Key) // never fails
	return k
}
