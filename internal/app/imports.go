package app

import (
	"guanjia/internal/attendance"
	"guanjia/internal/billing"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/parking"
	"guanjia/internal/quote"
)

// templates are the tables that can be imported (CUS-07). Each domain says what
// its own holds; what may hang on the records is known here only.
func templates() []imports.Template {
	return imports.Plug(holds, customer.HomesTemplate(), housing.ImportTemplate(), customer.CustomersTemplate(), customer.RelationsTemplate(), parking.SpacesTemplate(), parking.VehiclesTemplate(), attendance.ImportTemplate(), quote.ImportTemplate(), billing.OpeningTemplate(), billing.ReadingsTemplate())
}

// holds are the tables of higher floors that point at what imports make: where
// one of their rows does, the import cannot be undone.
var holds = map[string][]imports.Hold{
	"building": {{Table: "ticket", Column: "building_id"}, {Table: "facility", Column: "building_id"}, {Table: "site_plan", Column: "building_id"}, {Table: "tariff", Column: "building_id"}, {Table: "public_cost", Column: "building_id"}, {Table: "bill_round", Column: "building_id"}},
	"room": {
		{Table: "relation", Column: "room_id"}, {Table: "ticket", Column: "room_id"}, {Table: "resident_binding", Column: "room_id"},
		{Table: "online_order", Column: "room_id"}, {Table: "resident_claim", Column: "room_id"}, {Table: "resident_invitation", Column: "room_id"}, {Table: "parcel_room", Column: "room_id"},
		{Table: "parking_space", Column: "room_id"}, {Table: "vehicle", Column: "room_id"}, {Table: "handover", Column: "room_id"}, {Table: "room_paper", Column: "room_id"},
		{Table: "owner_transfer", Column: "room_id"}, {Table: "lease", Column: "room_id"}, {Table: "belonging", Column: "room_id"}, {Table: "callback", Column: "room_id"},
		{Table: "tariff", Column: "room_id"}, {Table: "passer_by", Column: "room_id"}, {Table: "refund", Column: "room_id"}, {Table: "settlement", Column: "room_id"}, {Table: "invoice", Column: "room_id"}, {Table: "debit_mandate", Column: "room_id"}, {Table: "suspense", Column: "room_id"}, {Table: "claim_offset", Column: "room_id"}, {Table: "meter", Column: "room_id"}, {Table: "bill_line", Column: "room_id"}, {Table: "dun", Column: "room_id"}, {Table: "pay_promise", Column: "room_id"}, {Table: "hardship", Column: "room_id"}, {Table: "bill_dispute", Column: "room_id"}, {Table: "bill_notice", Column: "room_id"}, {Table: "extract_made", Column: "room_id"}, {Table: "bill_discount", Column: "room_id"}, {Table: "payment", Column: "room_id"}, {Table: "payment_part", Column: "room_id"}, {Table: "deposit", Column: "room_id"},
	},
	"bill_line": {
		{Table: "payment_part", Column: "line_id"}, {Table: "late_pause", Column: "line_id"}, {Table: "late_waiver", Column: "line_id"}, {Table: "dun_line", Column: "line_id"}, {Table: "debit_line", Column: "line_id"}, {Table: "limit_break", Column: "line_id"}, {Table: "bill_dispute", Column: "line_id"},
	},
	"customer": {
		{Table: "online_order", Column: "customer_id"},
		{Table: "ticket", Column: "customer_id"}, {Table: "resident_binding", Column: "customer_id"}, {Table: "parking_space", Column: "customer_id"},
		{Table: "parking_holding", Column: "customer_id"}, {Table: "vehicle", Column: "customer_id"}, {Table: "handover", Column: "customer_id"}, {Table: "room_paper", Column: "customer_id"},
		{Table: "lease_party", Column: "customer_id"}, {Table: "belonging", Column: "customer_id"}, {Table: "callback", Column: "customer_id"},
		{Table: "bill_line", Column: "customer_id"}, {Table: "passer_by", Column: "customer_id"}, {Table: "refund", Column: "customer_id"}, {Table: "settlement", Column: "customer_id"}, {Table: "invoice_title", Column: "customer_id"}, {Table: "invoice", Column: "customer_id"}, {Table: "debit_mandate", Column: "customer_id"}, {Table: "bill_notice", Column: "customer_id"}, {Table: "extract_preference", Column: "customer_id"}, {Table: "extract_made", Column: "customer_id"}, {Table: "payment", Column: "customer_id"},
	},
}
