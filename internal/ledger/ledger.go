// Package ledger is the double entry beneath all money (PAY-04).
//
//	draft ─Post→ transaction of entries ─commit→ unsealed ─Seal→ seq, hash = SHA-256(hash before ‖ transaction with its entries)
//	                 └─Reverse→ the same entries with the sign changed
//
// An entry names the account that is debited, the account that is credited and
// one amount. So debits equal credits in every entry, by construction, and
// nothing has to be added up to know it. Nothing is ever changed or deleted;
// balances are sums of entries and stand nowhere else.
//
// An account is who owes or holds what for: its kind, and as far as it says so
// room, debtor and item. Its id is made of that, so posting looks nothing up,
// and an account that says something else than it did shows.
//
// Which domain posts what stands there; this package knows no bill and no
// payment. They post inside their own transaction, under a source that is
// posted once.
package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// The actions of this package; only the first is for people.
const (
	ActView   authz.Action = "ledger.view"
	actSeal   authz.Action = "ledger.seal"
	actVerify authz.Action = "ledger.verify"
)

var system = authz.System("ledger", actSeal, actVerify)

// AccountID identifies an account, TxnID a transaction.
type (
	AccountID = id.Of[Account]
	TxnID     = id.Of[Txn]
)

// Kind is what an account is for.
type Kind string

// The kinds. What is owed to or held by the company is debited when it grows.
const (
	Receivable Kind = "receivable" // of a debtor, for an item
	Income     Kind = "income"     // of an item, tax included
	LateIncome Kind = "late_income"
	Prepaid    Kind = "prepaid" // paid ahead by a household, for an item or for anything
	Deposit    Kind = "deposit"
	Cash       Kind = "cash"
	Bank       Kind = "bank"
	Cheque     Kind = "cheque"
	POS        Kind = "pos"
	WeChat     Kind = "wechat"
	Alipay     Kind = "alipay"
	Suspense   Kind = "suspense"
	Float      Kind = "float" // cash for change that came from outside the till
	Petty      Kind = "petty" // spent from the till
	Fees       Kind = "fees"  // of banks and payment services
	Waived     Kind = "waived"
	Early      Kind = "early"  // taken off for who paid early
	Offset     Kind = "offset" // what the company owed a household, and what was set against its debt
)

// Account is who owes or holds what for. Two accounts with the same fields are one.
type Account struct {
	Community authz.CommunityID `json:"-"`
	Kind      Kind              `json:"kind"`
	Room      db.ID             `json:"roomId,omitempty"`
	Debtor    string            `json:"debtor,omitempty" doc:"who owes, as the bill names them: developer, or owner:06q3…"`
	Item      db.ID             `json:"itemId,omitempty"`
}

// key is what an account is, as text.
func (a Account) key() string {
	return strings.Join([]string{string(a.Kind), strconv.FormatInt(int64(a.Room), 10), a.Debtor, strconv.FormatInt(int64(a.Item), 10)}, "|")
}

// ID follows from what the account is.
func (a Account) ID() AccountID { return accountID(a.Community, a.key()) }

func accountID(community authz.CommunityID, key string) AccountID {
	sum := sha256.Sum256([]byte(strconv.FormatInt(int64(community), 10) + "|" + key))
	return AccountID(binary.BigEndian.Uint64(sum[:8]) >> 1)
}

// Line is one entry of a draft: an amount that Debit gets and Credit gives.
type Line struct {
	Debit, Credit Account
	Fen           money.Fen
}

// Draft is what is to be posted. Lines of 0 are left out.
type Draft struct {
	Community authz.CommunityID
	Kind      string    // "bill", "payment", …
	Source    string    // "bill:06q3…": posted once in a community
	Day       clock.Day // of the books
	Words     string
	Lines     []Line
}

// Txn is a posted transaction.
type Txn struct {
	ID        TxnID             `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	At        clock.Instant     `db:"at" json:"at"`
	Day       clock.Day         `db:"on_day" json:"day"`
	Kind      string            `db:"kind" json:"kind"`
	Source    string            `db:"source" json:"source"`
	Reverses  TxnID             `db:"reverses_id" json:"reverses,omitempty"`
	Words     string            `db:"words" json:"words"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
	Entries   int64             `db:"entries" json:"entries"`
	Total     money.Fen         `db:"total" json:"total" doc:"Σ of the entries"`
}

// entry is a row of ledger_entry.
type entry struct {
	ID        db.ID             `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Txn       TxnID             `db:"txn_id"`
	Debit     AccountID         `db:"debit_id"`
	Credit    AccountID         `db:"credit_id"`
	Fen       money.Fen         `db:"amount"`
}

// account is a row of ledger_account.
type account struct {
	ID        AccountID         `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Kind      Kind              `db:"kind"`
	Room      db.ID             `db:"room_id"`
	Debtor    string            `db:"debtor"`
	Item      db.ID             `db:"item_id"`
	Key       string            `db:"key"`
}

// Balance is what stands on an account: debits less credits.
type Balance struct {
	Account
	ID  AccountID `json:"id"`
	Fen money.Fen `json:"amount"`
}

// Errors of posting; they are mistakes of the program that posts, or a race.
var (
	ErrOtherContent = errs.New(errs.Conflict, "ledger.source_posted", "something else was posted for this before")
	ErrReversed     = errs.New(errs.Conflict, "ledger.reversed", "this was reversed already")
	ErrEmpty        = errs.New(errs.Invalid, "ledger.empty", "nothing is to be posted")
	ErrReversal     = errs.New(errs.Conflict, "ledger.is_reversal", "a reversal is not reversed; post anew")
)

// Report is the state of the whole ledger.
type Report struct {
	Txns, Entries, Accounts int64
	Sealed                  int64 // transactions in the chain
	Unsealed                int64
	Turnover                money.Fen // Σ of all debits, which is Σ of all credits; may wrap for nothing real
	Head                    string    // the hash at the end, to be compared with a copy
	Broken                  []Break   // empty: the ledger is whole
}

// Break is a place where the ledger does not hold.
type Break struct {
	Why Why
	Txn TxnID
	Seq int64
	ID  db.ID // of the account or entry in question
}

// Why says what was found at a break.
type Why string

// The kinds of break.
const (
	Changed Why = "changed"         // a transaction or its entries do not say what was sealed
	Missing Why = "missing"         // a transaction of the chain is not there
	Tail    Why = "tail removed"    // the head knows of later transactions than there are
	Forged  Why = "forged"          // the head does not know of this transaction
	BadHead Why = "head"            // the head's hash is another than the last transaction's
	Stray   Why = "stray entry"     // an entry belongs to no transaction, or to another community's
	Other   Why = "account changed" // an account says something else than its id
	Totals  Why = "totals"          // an unsealed transaction does not have the entries it says
	Mirror  Why = "reversal"        // a reversal does not repeat what it reverses
)
