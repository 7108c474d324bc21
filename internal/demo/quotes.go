package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/money"
	"guanjia/internal/quote"
)

// priced is the price list of the community.
var priced = []quote.Terms{
	{Code: "RG-01", Name: "上门检修", Kind: "labour", Unit: "次", Price: 30_00},
	{Code: "RG-02", Name: "拆装卫浴五金", Kind: "labour", Unit: "件", Price: 50_00, WarrantyDays: 30},
	{Code: "RG-03", Name: "调试门窗", Kind: "labour", Unit: "扇", Price: 40_00, WarrantyDays: 30},
	{Code: "PJ-01", Name: "不锈钢角阀", Kind: "part", Unit: "只", Price: 45_50, WarrantyDays: 90},
	{Code: "PJ-02", Name: "编织软管 60 cm", Kind: "part", Unit: "根", Price: 28_00, WarrantyDays: 90},
	{Code: "PJ-03", Name: "马桶进水阀", Kind: "part", Unit: "套", Price: 68_00, WarrantyDays: 180},
	{Code: "PJ-04", Name: "陶瓷阀芯", Kind: "part", Unit: "只", Price: 25_00, WarrantyDays: 180},
	{Code: "PJ-05", Name: "浴霸电容", Kind: "part", Unit: "只", Price: 18_00, WarrantyDays: 90},
	{Code: "PJ-06", Name: "C 级锁芯", Kind: "part", Unit: "套", Price: 198_00, WarrantyDays: 365},
	{Code: "PJ-07", Name: "推拉窗滑轮", Kind: "part", Unit: "只", Price: 12_50, WarrantyDays: 180},
}

// needs is what the paid matters take.
var needs = map[string][]struct{ code, quantity string }{
	"马桶水箱一直流水": {{"PJ-03", "1"}},
	"水龙头滴漏":    {{"RG-02", "1"}, {"PJ-04", "1"}},
	"浴霸不转":     {{"RG-01", "1"}, {"PJ-05", "2"}},
	"入户门锁打不开":  {{"RG-01", "1"}, {"PJ-06", "1"}},
	"阳台推拉窗脱轨":  {{"RG-03", "1"}, {"PJ-07", "4"}},
}

// price makes the price list.
func (m *maker) price(ctx context.Context) error {
	m.prices = map[string]quote.ItemID{}
	for _, t := range priced {
		t.Offered = true
		it, err := m.Quotes.AddItem(ctx, m.staff[administrator].actor, m.community, t)
		if err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
		m.prices[t.Code] = it.ID
	}
	return nil
}

// quote offers what the matter takes; most sign at the door.
func (r *run) quote(ctx context.Context, who authz.Actor, signs bool) error {
	draft := quote.Draft{Pays: "spot", Words: r.matter.remedy}
	for i, n := range needs[r.matter.title] {
		quantity, err := money.ParseRate(n.quantity)
		if err != nil {
			return err
		}
		draft.Lines = append(draft.Lines, quote.DraftLine{Item: r.prices[n.code], Quantity: quantity})
		if i > 0 && r.number%3 == 0 {
			draft.Pays = "bill"
		}
	}
	if len(draft.Lines) == 0 || r.place != "" {
		return nil
	}
	q, err := r.Quotes.Offer(ctx, who, r.id, draft)
	if err != nil || q.State != quote.Offered || !signs {
		return err // under warranty there is nothing to sign
	}
	name, err := scribble(r.number)
	if err != nil {
		return err
	}
	p, err := r.Tickets.AddPhoto(ctx, who, r.id, "signature", bytes.NewReader(name))
	if err != nil {
		return err
	}
	t, err := r.Tickets.Get(ctx, who, r.id)
	if err != nil {
		return err
	}
	signer := t.ContactName
	if signer == "" {
		signer = "家人"
	}
	_, err = r.Quotes.Sign(ctx, who, q.ID, latest, signer, p.ID)
	return err
}

// scribble is a signature nobody can read.
func scribble(variant int) ([]byte, error) {
	img := image.NewPaletted(image.Rect(0, 0, width, height/2), color.Palette{color.White, color.Black})
	y := height / 4
	for x := 40; x < width-40; x++ {
		next := height/4 + ((x*(7+variant)/5)%36-18)*((x/(11+variant))%3-1)
		for at := min(y, next); at <= max(y, next); at++ {
			img.SetColorIndex(x, at, 1)
			img.SetColorIndex(x+1, at, 1)
		}
		y = next
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}
