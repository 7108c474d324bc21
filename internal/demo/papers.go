package demo

import (
	"context"
	"fmt"

	"guanjia/internal/customer"
	"guanjia/internal/platform/web"
)

// The texts that residents of the demo are asked to agree to.
var consentTexts = []customer.ConsentText{
	{
		Kind: customer.ConsentPrivacy,
		Zh:   "云和物业为办理报修、收费和通知，保存您的姓名、电话和房屋信息。您可以随时查询、更正、导出，或在没有未了事项时要求删除。",
		En:   "To deal with repairs, fees and notices we keep your name, telephone number and rooms. You may see, correct and export them at any time, and have them erased when nothing is open.",
	},
	{
		Kind: customer.ConsentPictures,
		Zh:   "维修人员上门时可以拍摄故障处照片，用于核对工作，两年后删除。",
		En:   "Technicians may take pictures of what is broken, to check the work. They are deleted after two years.",
	},
}

// papers gives some of the people who call documents, accounts and consents.
// The numbers have right check digits and a region, 000000, that there is not;
// the accounts are longer than any bank's.
func (m *maker) papers(ctx context.Context) error {
	admin := m.staff[administrator].actor
	var texts []customer.ConsentText
	for _, t := range consentTexts {
		t.Community = m.community
		made, err := m.Customers.Publish(ctx, admin, t)
		if err != nil {
			return err
		}
		texts = append(texts, made)
	}
	for i, h := range append([]home{m.lina}, m.homes[:24]...) {
		id := h.caller.Customer
		c, err := m.Customers.Customer(ctx, admin, id)
		if err != nil {
			return err
		}
		d := customer.Draft{
			Kind: c.Kind, Name: c.Name, Tags: c.Tags, Notes: c.Notes,
			Identities: []customer.IdentityDraft{{Kind: customer.IDCard, Number: nobody(i)}},
		}
		if i%4 == 0 {
			d.Accounts = []customer.AccountDraft{{Holder: c.Name, Bank: "云和银行清溪支行", Number: fmt.Sprintf("6200000000000000%08d", 1000+i)}}
		}
		if c, err = m.Customers.Update(ctx, admin, id, web.Match{IfMatch: fmt.Sprint(c.Version)}, d); err != nil {
			return err
		}
		for n, t := range texts {
			if _, err := m.Customers.Consent(ctx, admin, id, t.ID, (i+n)%5 != 3, "paper"); err != nil {
				return err
			}
		}
	}
	return nil
}

// nobody makes an identity number that is nobody's.
func nobody(i int) string {
	digits := fmt.Sprintf("000000%04d%02d%02d%03d", 1960+i, 1+i%12, 1+i, 1+i)
	sum, weight := 0, 1
	for n := len(digits) - 1; n >= 0; n-- {
		weight = weight * 2 % 11
		sum += int(digits[n]-'0') * weight
	}
	return digits + "10X98765432"[sum%11:sum%11+1]
}
