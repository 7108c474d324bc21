package ticket

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

func (s *Service) treeRoutes(a *web.API) {
	web.Get(a, "/category-tree", ActCategories, func(ctx context.Context, who authz.Actor, _ *struct{}) (TreeView, error) {
		return s.Tree(ctx, who)
	}, web.Summary("The tree of categories to revise, beside what ships"))
	web.Put(a, "/category-tree", ActCategories, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		Body Revision
	}) (TreeView, error) {
		return s.ReviseTree(ctx, who, in.Expect, in.Body)
	}, web.Summary("Revise classes: rename, words, grade, skill, hide, add, order; makes the next version"))
	web.Get(a, "/category-versions", ActCategories, func(ctx context.Context, who authz.Actor, in *web.Page) (web.List[TreeVersion], error) {
		before, err := web.After[int64](in.Cursor)
		if err != nil {
			return web.List[TreeVersion]{}, err
		}
		all, err := s.TreeVersions(ctx, who, before, in.Limit+1)
		return web.Paged(all, in.Limit, func(v TreeVersion) int64 { return v.Number }), err
	}, web.Summary("The versions of the tree, the newest first: who, when and why"))
	web.Get(a, "/category-versions/changes", ActCategories, func(ctx context.Context, who authz.Actor, in *struct {
		From int64 `query:"from" minimum:"0" doc:"0: as shipped"`
		To   int64 `query:"to" minimum:"0" doc:"0: as shipped"`
	}) (TreeChanges, error) {
		return s.CompareTrees(ctx, who, in.From, in.To)
	}, web.Summary("What differs from one version to another"))
	web.Post(a, "/category-tree/restore", ActCategories, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		Body struct {
			Version int64  `json:"version" minimum:"0" doc:"0: as shipped"`
			Reason  string `json:"reason" maxLength:"800"`
		}
	}) (TreeView, error) {
		return s.RestoreTree(ctx, who, in.Expect, in.Body.Version, in.Body.Reason)
	}, web.Summary("Bring an older version back as the newest; classes made since stay, hidden"))
}
