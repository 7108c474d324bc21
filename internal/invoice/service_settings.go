package invoice

import (
	"context"
	"fmt"
	"strings"

	"guanjia/internal/billing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// Seller is who makes the invoices of a community out; the id is the community's.
type Seller struct {
	ID        authz.CommunityID `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Name      string            `db:"name" json:"name" maxLength:"400"`
	TaxNo     string            `db:"tax_no" json:"taxNo" maxLength:"60"`
	Place     string            `db:"address" json:"address" maxLength:"400"`
	Phone     string            `db:"phone" json:"phone" maxLength:"40"`
	Bank      string            `db:"bank" json:"bank" maxLength:"400"`
	AccountNo string            `db:"account_no" json:"accountNo" maxLength:"60"`
	Drawer    string            `db:"drawer" json:"drawer" maxLength:"200" doc:"开票人"`
	Version   int64             `db:"version" json:"version"`
}

// Goods is how a charge item stands on an invoice; the id is the item's.
type Goods struct {
	Item      billing.ItemID `db:"item_id" json:"itemId"`
	ItemName  string         `db:"item_name" json:"itemName"`
	Rate      money.Rate     `db:"rate" json:"rate" doc:"of the charge item"`
	Code      string         `db:"code" json:"code" doc:"tax classification, 19 digits; empty: not set"`
	Name      string         `db:"name" json:"name" doc:"as printed; empty: the item's"`
	Treatment string         `db:"treatment" json:"treatment" enum:"taxed,exempt,untaxed"`
}

type goodsTag struct{}

type goodsRow struct {
	ID        id.Of[goodsTag]   `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Item      billing.ItemID    `db:"item_id"`
	Code      string            `db:"code"`
	Name      string            `db:"name"`
	Treatment string            `db:"treatment"`
	Version   int64             `db:"version"`
}

// Settings are seller and goods of a community.
type Settings struct {
	Seller Seller  `json:"seller"`
	Goods  []Goods `json:"goods"`
}

// ETag implements web.Versioned.
func (v Settings) ETag() int64 { return v.Seller.Version }

// Settings shows who makes invoices out and how charge items stand on them.
func (s *Service) Settings(ctx context.Context, who authz.Actor, community authz.CommunityID) (v Settings, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := there(ctx, tx, community); err != nil {
			return err
		}
		v, err = settings(ctx, tx, community)
		return err
	})
	return v, err
}

// there refuses a community that the caller does not see, or that there is not.
func there(ctx context.Context, tx *db.Tx, community authz.CommunityID) error {
	if err := tx.In(ctx, community); err != nil {
		return err
	}
	_, err := org.Zone(ctx, tx, community)
	return err
}

func settings(ctx context.Context, tx *db.Tx, community authz.CommunityID) (v Settings, err error) {
	v.Seller, err = db.One[Seller](ctx, tx, `SELECT `+db.Columns[Seller]("")+` FROM invoice_seller WHERE id = $1 AND {scope}`, int64(community))
	if missing(err) {
		v.Seller = Seller{ID: community, Community: community}
	} else if err != nil {
		return v, err
	}
	v.Goods, err = db.All[Goods](ctx, tx, `SELECT i.id AS item_id, i.name AS item_name, i.tax_rate AS rate, COALESCE(g.code, '') AS code, COALESCE(g.name, '') AS name, COALESCE(g.treatment, 'taxed') AS treatment FROM charge_item i
		LEFT JOIN invoice_goods g ON g.community_id = i.community_id AND g.item_id = i.id WHERE i.community_id = $1 AND {scope:i} ORDER BY i.id`, community)
	if v.Goods == nil {
		v.Goods = []Goods{}
	}
	return v, err
}

// SettingsDraft is what somebody sets.
type SettingsDraft struct {
	Seller SellerDraft  `json:"seller"`
	Goods  []GoodsDraft `json:"goods" maxItems:"300"`
}

// SellerDraft is who makes invoices out.
type SellerDraft struct {
	Name      string `json:"name" maxLength:"400"`
	TaxNo     string `json:"taxNo" maxLength:"60"`
	Address   string `json:"address,omitempty" maxLength:"400"`
	Phone     string `json:"phone,omitempty" maxLength:"40"`
	Bank      string `json:"bank,omitempty" maxLength:"400"`
	AccountNo string `json:"accountNo,omitempty" maxLength:"60"`
	Drawer    string `json:"drawer,omitempty" maxLength:"200"`
}

// GoodsDraft is how a charge item stands on invoices.
type GoodsDraft struct {
	Item      billing.ItemID `json:"itemId"`
	Code      string         `json:"code" maxLength:"30"`
	Name      string         `json:"name,omitempty" maxLength:"200"`
	Treatment string         `json:"treatment" enum:"taxed,exempt,untaxed"`
}

func (d *SettingsDraft) checked() error {
	var wrong errs.Fields
	wrong.Words("seller.name", &d.Seller.Name, 100, true)
	wrong.Words("seller.address", &d.Seller.Address, 100, false)
	wrong.Words("seller.phone", &d.Seller.Phone, 30, false)
	wrong.Words("seller.bank", &d.Seller.Bank, 100, false)
	wrong.Words("seller.drawer", &d.Seller.Drawer, 50, false)
	d.Seller.TaxNo, d.Seller.AccountNo = compact(d.Seller.TaxNo), compact(d.Seller.AccountNo)
	if d.Seller.TaxNo == "" {
		wrong.Add("seller.taxNo", "required", nil)
	} else if !creditCode(d.Seller.TaxNo) {
		wrong.Add("seller.taxNo", ErrTaxNo.Code, nil)
	}
	if strings.Trim(d.Seller.AccountNo, "0123456789-") != "" || len(d.Seller.AccountNo) > 30 {
		wrong.Add("seller.accountNo", "wrong_form", nil)
	}
	seen := map[billing.ItemID]bool{}
	for i := range d.Goods {
		g := &d.Goods[i]
		at := fmt.Sprintf("goods[%d].", i)
		g.Code = compact(g.Code)
		wrong.Words(at+"name", &g.Name, 50, false)
		if g.Code != "" && !codeForm.MatchString(g.Code) {
			wrong.Add(at+"code", ErrCode.Code, nil)
		}
		if seen[g.Item] {
			wrong.Add(at+"itemId", "wrong_form", nil)
		}
		seen[g.Item] = true
	}
	return wrong.Err()
}

// Set changes seller and goods. What was exported before stays as it was.
func (s *Service) Set(ctx context.Context, who authz.Actor, community authz.CommunityID, match web.Match, d SettingsDraft) (v Settings, err error) {
	if err := d.checked(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActIssue, func(tx *db.Tx) error {
		if err := there(ctx, tx, community); err != nil {
			return err
		}
		now, err := settings(ctx, tx, community)
		if err != nil {
			return err
		}
		if err := match.Expect(now.Seller.Version); err != nil {
			return err
		}
		x := now.Seller
		x.Name, x.TaxNo, x.Place, x.Phone, x.Bank, x.AccountNo, x.Drawer = d.Seller.Name, d.Seller.TaxNo, d.Seller.Address, d.Seller.Phone, d.Seller.Bank, d.Seller.AccountNo, d.Seller.Drawer
		tx.Note(community, "invoice_seller:"+community.String(), map[string]any{"name": now.Seller.Name, "taxNo": now.Seller.TaxNo}, map[string]any{"name": x.Name, "taxNo": x.TaxNo})
		if x.Version == 0 {
			x.Version = 1
			err = db.Insert(ctx, tx, "invoice_seller", x)
		} else {
			err = db.Save(ctx, tx, "invoice_seller", &x)
		}
		if err != nil {
			return err
		}
		for i, g := range d.Goods {
			if err := setGoods(ctx, tx, community, now.Goods, i, g); err != nil {
				return err
			}
		}
		tx.Answer(&v)
		v, err = settings(ctx, tx, community)
		return err
	})
	return v, err
}

func setGoods(ctx context.Context, tx *db.Tx, community authz.CommunityID, now []Goods, i int, g GoodsDraft) error {
	var was *Goods
	for j := range now {
		if now[j].Item == g.Item {
			was = &now[j]
		}
	}
	if was == nil {
		return errs.ErrFields.At(errs.Field{Name: fmt.Sprintf("goods[%d].itemId", i), Code: db.ErrNotFound.Code})
	}
	if was.Code == g.Code && was.Name == g.Name && was.Treatment == g.Treatment {
		return nil
	}
	row := goodsRow{ID: id.Of[goodsTag](g.Item), Community: community, Item: g.Item, Code: g.Code, Name: g.Name, Treatment: g.Treatment, Version: 1}
	tx.Note(community, "invoice_goods:"+g.Item.String(), map[string]any{"code": was.Code, "treatment": was.Treatment}, map[string]any{"code": g.Code, "treatment": g.Treatment})
	n, err := tx.Exec(ctx, `UPDATE invoice_goods SET code = $1, name = $2, treatment = $3, version = version + 1 WHERE id = $4 AND community_id = $5 AND {scope}`, row.Code, row.Name, row.Treatment, row.ID, community)
	if err != nil || n > 0 {
		return err
	}
	return db.Insert(ctx, tx, "invoice_goods", row)
}
