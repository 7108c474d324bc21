package cashier

import "guanjia/internal/approval"

// Approve registers what somebody else decides.
func (s *Service) Approve(a *approval.Service) { s.Approvals = a }
