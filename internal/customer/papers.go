package customer

import (
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/reseal"
	"guanjia/internal/platform/vault"
)

// Identity is one identity document of a customer. Its number is sealed in the
// table and masked for everybody; seeing it is a use case of its own.
type Identity struct {
	ID        id.Of[Identity]   `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Customer  ID                `db:"customer_id" json:"-"`
	Kind      IdentityKind      `db:"kind" json:"kind" enum:"id_card,passport,home_return,taiwan,residence,credit_code"`
	Sealed    string            `db:"number_sealed" json:"-"`
	Index     string            `db:"number_index" json:"-"`
	Masked    string            `db:"-" json:"masked"`

	number string
}

// Account is a bank account of a customer.
type Account struct {
	ID           id.Of[Account]    `db:"id" json:"-"`
	Community    authz.CommunityID `db:"community_id" json:"-"`
	Customer     ID                `db:"customer_id" json:"-"`
	Bank         string            `db:"bank" json:"bank"`
	HolderSealed string            `db:"holder_sealed" json:"-"`
	Sealed       string            `db:"number_sealed" json:"-"`
	Index        string            `db:"number_index" json:"-"`
	Holder       string            `db:"-" json:"holder" doc:"as far as the caller may see names"`
	Masked       string            `db:"-" json:"masked"`

	holder, number string
}

// ErrNoPaper says that there is no document or account at the place asked for.
var ErrNoPaper = errs.New(errs.NotFound, "customer.no_paper", "the customer has no such document or account")

// What numbers are looked for by.
const (
	indexMobile   = "mobile"
	indexLast4    = "mobile.last4"
	indexIdentity = "identity"
	indexAccount  = "account"
)

func lastFour(number string) string { return number[max(len(number)-4, 0):] }

// Sealed are the columns of this package that hold personal data (CUS-04).
var Sealed = []reseal.Column{
	{
		Table: "customer_mobile", Name: "mobile", Sealed: "mobile_sealed", Clear: "mobile", Empty: []string{"last4"},
		By: []reseal.Index{{Column: "mobile_index", Kind: indexMobile}, {Column: "last4_index", Kind: indexLast4, Of: lastFour}},
	},
	{Table: "customer_identity", Name: "number", Sealed: "number_sealed", By: []reseal.Index{{Column: "number_index", Kind: indexIdentity}}},
	{Table: "customer_account", Name: "number", Sealed: "number_sealed", By: []reseal.Index{{Column: "number_index", Kind: indexAccount}}},
	{Table: "customer_account", Name: "holder", Sealed: "holder_sealed"},
	{Table: "customer", Name: "emergency", Sealed: "emergency_sealed"},
	{Table: "customer_merge", Name: "journal", Sealed: "journal_sealed"},
}

var (
	mobilePlace   = Sealed[0].Place
	identityPlace = Sealed[1].Place
	accountPlace  = Sealed[2].Place
	holderPlace   = Sealed[3].Place

	emergencyPlace = Sealed[4].Place
	journalPlace   = Sealed[5].Place
)

// openEmergency fills in whom to call.
func (c *Customer) openEmergency(v *vault.Vault) error {
	if c.Called == "" && c.CalledAt == "" {
		return nil
	}
	number, err := "", error(nil)
	if c.CalledAt != "" {
		number, err = v.Open(emergencyPlace(db.ID(c.ID)), c.CalledAt)
	}
	c.Emergency = &Emergency{Name: c.Called, Relation: c.CalledAs, number: number}
	return err
}

// sealEmergency takes whom to call into the columns.
func (c *Customer) sealEmergency(v *vault.Vault) {
	c.Called, c.CalledAs, c.CalledAt = "", "", ""
	if e := c.Emergency; e != nil {
		c.Called, c.CalledAs = e.Name, e.Relation
		if e.number != "" {
			c.CalledAt = v.Seal(emergencyPlace(db.ID(c.ID)), e.number)
		}
	}
}

func (m *mobile) seal(v *vault.Vault) {
	m.Clear, m.Last4 = "", ""
	m.Sealed, m.Index, m.Last4Index = v.Seal(mobilePlace(db.ID(m.ID)), m.Number), v.Index(indexMobile, m.Number), v.Index(indexLast4, lastFour(m.Number))
}

// open fills in the number, which an older program may have written in clear.
func (m *mobile) open(v *vault.Vault) (err error) {
	if m.Number = m.Clear; m.Number == "" {
		m.Number, err = v.Open(mobilePlace(db.ID(m.ID)), m.Sealed)
	}
	return err
}

func (i *Identity) seal(v *vault.Vault) {
	i.Sealed, i.Index = v.Seal(identityPlace(db.ID(i.ID)), i.number), v.Index(indexIdentity, i.number)
}

func (i *Identity) open(v *vault.Vault) (err error) {
	i.number, err = v.Open(identityPlace(db.ID(i.ID)), i.Sealed)
	return err
}

func (a *Account) seal(v *vault.Vault) {
	a.Sealed, a.Index = v.Seal(accountPlace(db.ID(a.ID)), a.number), v.Index(indexAccount, a.number)
	a.HolderSealed = v.Seal(holderPlace(db.ID(a.ID)), a.holder)
}

func (a *Account) open(v *vault.Vault) (err error) {
	if a.number, err = v.Open(accountPlace(db.ID(a.ID)), a.Sealed); err == nil {
		a.holder, err = v.Open(holderPlace(db.ID(a.ID)), a.HolderSealed)
	}
	return err
}
