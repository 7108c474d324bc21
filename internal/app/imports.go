package app

import (
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/imports"
)

// templates are the tables that can be imported (CUS-07). Each domain says what
// its own holds; what may hang on the records is known here only.
func templates() []imports.Template {
	return imports.Plug(holds, customer.HomesTemplate(), housing.ImportTemplate())
}

// holds are the tables of higher floors that point at what imports make: where
// one of their rows does, the import cannot be undone.
var holds = map[string][]imports.Hold{
	"building": {{Table: "ticket", Column: "building_id"}},
	"room": {
		{Table: "relation", Column: "room_id"}, {Table: "ticket", Column: "room_id"}, {Table: "resident_binding", Column: "room_id"},
		{Table: "resident_claim", Column: "room_id"}, {Table: "resident_invitation", Column: "room_id"},
	},
	"customer": {{Table: "ticket", Column: "customer_id"}, {Table: "resident_binding", Column: "customer_id"}},
}
