package db

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/vault"
)

// Personal is a value of a Note's map that says something about a person. It
// goes into the trail sealed with a key of theirs, so that the chain stays
// whole when erasure destroys the key (ACC-10). Who holds Needs may see it.
type Personal struct {
	Person ID
	Needs  authz.Action
	Value  any
}

// Sealed is how a Personal stands in the trail; without Text it is erased.
type Sealed struct {
	Person ID           `json:"person"`
	Needs  authz.Action `json:"needs"`
	Text   string       `json:"sealed,omitempty"`
}

const ofPerson = "a person's key is found by who they are and where"

type personKey struct {
	ID        ID             `db:"id"`
	Sealed    string         `db:"key_sealed"`
	Destroyed *clock.Instant `db:"destroyed_at"`
}

// KeyPlace is what the key of a person_key row is sealed for.
func KeyPlace(id ID) string { return "person_key.key:" + id.String() }

// sealPersonal replaces the Personal values of a Note.
func (t *Tx) sealPersonal(ctx context.Context, place authz.CommunityID, entry ID, v any) (any, error) {
	fields, ok := v.(map[string]any)
	if !ok {
		return v, nil
	}
	var out map[string]any
	for name, value := range fields {
		p, ok := value.(Personal)
		if !ok {
			continue
		}
		if out == nil {
			out = maps.Clone(fields)
		}
		s := Sealed{Person: p.Person, Needs: p.Needs}
		key, alive, err := t.personKey(ctx, place, p.Person)
		if err != nil {
			return nil, err
		}
		if alive {
			raw, err := json.Marshal(p.Value)
			if err != nil {
				return nil, err
			}
			s.Text = base64.RawStdEncoding.EncodeToString(key.Seal(entryPlace(entry, name), raw))
		}
		out[name] = s
	}
	if out == nil {
		return v, nil
	}
	return out, nil
}

func entryPlace(entry ID, name string) string { return "audit:" + entry.String() + "." + name }

// personKey finds or makes a person's key; alive is false when it was destroyed.
func (t *Tx) personKey(ctx context.Context, place authz.CommunityID, person ID) (key vault.DataKey, alive bool, err error) {
	g := t.Global(ofPerson)
	key, id := vault.NewDataKey(), NewID[Entry](t)
	n, err := g.Exec(ctx, `INSERT INTO person_key (id, community_id, person_id, key_sealed) VALUES ($1, $2, $3, $4) ON CONFLICT (community_id, person_id) DO NOTHING`,
		id, place, person, t.Vault().SealKey(KeyPlace(id), key))
	if err != nil || n == 1 {
		return key, true, err
	}
	row, err := One[personKey](ctx, g, `SELECT id, key_sealed, destroyed_at FROM person_key WHERE community_id = $1 AND person_id = $2`, place, person)
	if err != nil || row.Destroyed != nil {
		return key, false, err
	}
	key, err = t.Vault().OpenKey(KeyPlace(row.ID), row.Sealed)
	return key, true, err
}

// OpenPersonal opens what a Note sealed under a name of an entry; erased tells
// that the person's key is destroyed.
func OpenPersonal(ctx context.Context, t *Tx, place authz.CommunityID, entry ID, name string, s Sealed) (value json.RawMessage, erased bool, err error) {
	rows, err := All[personKey](ctx, t.Global(ofPerson), `SELECT id, key_sealed, destroyed_at FROM person_key WHERE community_id = $1 AND person_id = $2`, place, s.Person)
	if err != nil || s.Text == "" || len(rows) == 0 || rows[0].Destroyed != nil {
		return nil, true, err
	}
	key, err := t.Vault().OpenKey(KeyPlace(rows[0].ID), rows[0].Sealed)
	if err != nil {
		return nil, false, err
	}
	raw, err := base64.RawStdEncoding.DecodeString(s.Text)
	if err != nil {
		return nil, false, err
	}
	value, err = key.Open(entryPlace(entry, name), raw)
	return value, false, err
}

// ForgetPerson destroys a person's key: what the trail holds of them can never
// be read again, and nothing new about them is kept.
func ForgetPerson(ctx context.Context, t *Tx, place authz.CommunityID, person ID) error {
	_, err := t.Global(ofPerson).Exec(ctx, `INSERT INTO person_key (id, community_id, person_id, key_sealed, destroyed_at) VALUES ($1, $2, $3, '', $4)
		ON CONFLICT (community_id, person_id) DO UPDATE SET key_sealed = '', destroyed_at = excluded.destroyed_at WHERE person_key.destroyed_at IS NULL`,
		NewID[Entry](t), place, person, t.Now)
	return err
}
