package temporary

import "guanjia/internal/customer"

// Merges are the columns of this package that name a customer. What was billed
// stands in package billing, which answers for it.
var Merges = []customer.Merge{{Table: "passer_by", Column: "customer_id"}}
