package staffing

import (
	"context"
	"fmt"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
	"guanjia/internal/roster"
)

type ofCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

var (
	stateWords = map[string][2]string{Draft: {"草稿", "draft"}, Submitted: {"待审批", "submitted"}, Approved: {"已批准", "approved"}, Returned: {"已退回", "returned"}}
	resultWord = map[string][2]string{Open: {"待定", "open"}, Chosen: {"录用", "chosen"}, Declined: {"不录用", "declined"}}
	postWords  = map[roster.Post][2]string{
		roster.PostService: {"客服", "service"}, roster.PostMaintenance: {"维修", "maintenance"}, roster.PostSecurity: {"秩序", "security"},
		roster.PostCleaning: {"环境", "cleaning"}, roster.PostResponse: {"快速响应", "response team"}, roster.PostOther: {"其他", "other"},
	}
)

func said(ctx context.Context, of [2]string) string { return web.Pick(ctx, of[0], of[1]) }

// export writes the plans of a community line by line, and their candidates (STA-01c).
func (s *Service) export(ctx context.Context, who authz.Actor, in *ofCommunity) (audit.Table, error) {
	all, err := s.Plans(ctx, who, in.Community)
	if err != nil {
		return audit.Table{}, err
	}
	heads := web.Pick(ctx, []string{"计划", "从", "到", "状态", "班组", "岗位", "现有", "需要", "素质要求", "理由", "提出人", "审批人", "审批意见"},
		[]string{"Plan", "From", "To", "State", "Post", "Position", "Filled", "Needed", "Looked for", "Reason", "By", "Decided by", "Decision"})
	plans := func(yield func([]any, error) bool) {
		for _, p := range all.Items {
			for _, l := range p.Lines {
				why := strings.TrimSpace(p.Reason + " " + l.Reason)
				if !yield([]any{p.Title, p.From, p.To, said(ctx, stateWords[p.State]), said(ctx, postWords[l.Post]), l.Position, l.Filled, l.Needed, l.Qualities, why, p.ByName, p.Decider, p.Decision}, nil) {
					return
				}
			}
		}
	}
	return audit.Table{Name: "staffing.xlsx", What: "staffing", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{
		sheet.Of(web.Pick(ctx, "用人计划", "Plans"), heads, plans), sheet.Of(web.Pick(ctx, "候选人", "Candidates"), candidateHeads(ctx, all.Profile), s.candidateRows(ctx, who, all)),
	}}, nil
}

func candidateHeads(ctx context.Context, profile []Group) []string {
	out := web.Pick(ctx, []string{"计划", "岗位", "姓名", "结果"}, []string{"Plan", "Position", "Name", "Result"})
	for _, g := range profile {
		out = append(out, web.Pick(ctx, g.Zh, g.En))
	}
	return append(out, web.Pick(ctx, []string{"面试评语", "面试人"}, []string{"Remarks", "Interviewed by"})...)
}

func (s *Service) candidateRows(ctx context.Context, who authz.Actor, all Plans) func(func([]any, error) bool) {
	return func(yield func([]any, error) bool) {
		for _, p := range all.Items {
			f, err := s.Plan(ctx, who, p.ID)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, c := range f.Candidates {
				if !yield(c.row(ctx, p, all.Profile), nil) {
					return
				}
			}
		}
	}
}

func (c Candidate) row(ctx context.Context, p Plan, profile []Group) []any {
	position := ""
	if c.Line >= 0 && int(c.Line) < len(p.Lines) {
		position = p.Lines[c.Line].Position
	}
	row := []any{p.Title, position, c.Name, said(ctx, resultWord[c.State])}
	for _, g := range profile {
		mean := any("")
		for _, m := range c.Groups {
			if m.Group == g.ID && m.Rated > 0 {
				mean = sheet.Decimal(fmt.Sprintf("%d.%d", m.Tenths/10, m.Tenths%10))
			}
		}
		row = append(row, mean)
	}
	return append(row, c.Words, c.ByName)
}
