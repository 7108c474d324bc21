package arrears

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
)

// Exported is the worklist as a workbook.
func (s *Service) Exported(ctx context.Context, who authz.Actor, f Filter) audit.Table {
	return s.exported(ctx, who, f)
}
