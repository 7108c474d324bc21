package customer

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/web"
)

type listInput struct {
	web.Page
	Filter
}

// RelationEdit names a relation and the version that was seen.
type RelationEdit struct {
	web.Match
	ID RelationID `path:"id"`
}

func (s *Service) relationRoutes(a *web.API) {
	web.Get(a, "/customers", ActView, s.getCustomers, web.Summary("Customers of a community, the latest archive first"))
	audit.Export(s.Exports, a, "/customers/export.xlsx", ActListExport, s.exportList, web.Summary("The list of customers as a spreadsheet"))
	web.Post(a, "/customers/{id}/relations", ActRelate, func(ctx context.Context, who authz.Actor, in *struct {
		ID   ID `path:"id"`
		Body struct {
			Room housing.RoomID `json:"roomId"`
			RelationDraft
		}
	}) (Relation, error) {
		return s.AddRelation(ctx, who, in.ID, in.Body.Room, in.Body.RelationDraft)
	}, web.Created(), web.Summary("Bind a customer to a room"), web.Unversioned("a relation is added, and nothing is replaced"))
	web.Put(a, "/relations/{id}", ActRelate, func(ctx context.Context, who authz.Actor, in *struct {
		RelationEdit
		Body RelationDraft
	}) (Relation, error) {
		return s.EditRelation(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Change or end a relation"))
	web.Get(a, "/rooms/{id}/transfer", ActTransfer, func(ctx context.Context, who authz.Actor, in *struct {
		ID housing.RoomID `path:"id"`
	}) (Transferable, error) {
		t, err := s.Transferable(ctx, who, in.ID)
		for i, o := range t.Obstacles {
			t.Obstacles[i].Message = i18n.Text(web.Lang(ctx), o.Code, o.Params)
		}
		return t, err
	}, web.Summary("A room before a change of owner"))
	web.Post(a, "/transfers", ActTransfer, func(ctx context.Context, who authz.Actor, in *struct{ Body TransferDraft }) (Transfer, error) {
		return s.Transfer(ctx, who, in.Body)
	}, web.Created(), web.Summary("Change the owners of a room"))
	web.Post(a, "/transfers/{id}/undo", ActTransfer, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ID TransferID `path:"id"`
	}) (Transfer, error) {
		return s.UndoTransfer(ctx, who, in.ID, in.Match)
	}, web.Summary("Put the owners back, while nothing followed"))
	s.mergeRoutes(a)
	s.tagRoutes(a)
}

func (s *Service) getCustomers(ctx context.Context, who authz.Actor, in *listInput) (web.List[Row], error) {
	before, err := web.After[ID](in.Cursor)
	if err != nil {
		return web.List[Row]{}, err
	}
	out, err := s.List(ctx, who, in.Filter, before, in.Limit)
	return web.Paged(out, in.Limit, func(r Row) ID { return r.ID }), err
}

func (s *Service) mergeRoutes(a *web.API) {
	web.Get(a, "/customer-duplicates", ActMerge, s.getDuplicates, web.Summary("Pairs of archives that may be one person"))
	web.Post(a, "/customer-duplicates", ActMerge, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			A         ID   `json:"a"`
			B         ID   `json:"b"`
			Different bool `json:"different" doc:"false: forget that they are"`
		}
	}) (web.None, error) {
		return web.None{}, s.Dismiss(ctx, who, in.Body.A, in.Body.B, in.Body.Different)
	}, web.Summary("Remember that two archives are not the same person"))
	web.Post(a, "/customers/{id}/merge", ActMerge, func(ctx context.Context, who authz.Actor, in *struct {
		Edit
		Body struct {
			From    ID    `json:"from" doc:"the archive that goes"`
			Version int64 `json:"fromVersion" doc:"the version of it that was seen"`
		}
	}) (Merging, error) {
		return s.Merge(ctx, who, in.ID, in.Match, in.Body.From, in.Body.Version)
	}, web.Summary("Merge another archive into this one"))
	web.Get(a, "/customer-merges", ActMerge, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[MergingView], error) {
		before, err := web.After[MergingID](in.Cursor)
		if err != nil {
			return web.List[MergingView]{}, err
		}
		out, err := s.MergingsOf(ctx, who, in.Community, before, in.Limit)
		return web.Paged(out, in.Limit, func(m MergingView) MergingID { return m.ID }), err
	}, web.Summary("What was merged, the latest first"))
	web.Post(a, "/customer-merges/{id}/undo", ActMerge, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ID MergingID `path:"id"`
	}) (Merging, error) {
		return s.UndoMerge(ctx, who, in.ID, in.Match)
	}, web.Summary("Make two archives of one again"))
	web.Get(a, "/customers/{id}/links", ActView, func(ctx context.Context, who authz.Actor, in *byID) (Links, error) {
		return s.Links(ctx, who, in.ID)
	}, web.Summary("Archives of the same person in other communities"))
	web.Post(a, "/customers/{id}/links", ActMerge, func(ctx context.Context, who authz.Actor, in *struct {
		Edit
		Body struct {
			Other ID `json:"other"`
		}
	}) (Customer, error) {
		return s.Link(ctx, who, in.ID, in.Match, in.Body.Other)
	}, web.Summary("Link the archive of another community"))
	web.Post(a, "/customers/{id}/unlink", ActMerge, func(ctx context.Context, who authz.Actor, in *Edit) (Customer, error) {
		return s.Unlink(ctx, who, in.ID, in.Match)
	}, web.Summary("Take an archive out of its person"))
}

func (s *Service) getDuplicates(ctx context.Context, who authz.Actor, in *struct {
	web.Page
	Community authz.CommunityID `query:"community" required:"true"`
}) (web.List[Duplicate], error) {
	after, err := web.After[pair](in.Cursor)
	if err != nil {
		return web.List[Duplicate]{}, err
	}
	out, pairs, err := s.Duplicates(ctx, who, in.Community, after, in.Limit)
	list := web.Paged(out, in.Limit, func(Duplicate) pair { return pairs[in.Limit-1] })
	return list, err
}

func (s *Service) tagRoutes(a *web.API) {
	type body struct {
		Name      string `json:"name" maxLength:"80"`
		En        string `json:"en" maxLength:"160"`
		Hidden    bool   `json:"hidden,omitempty"`
		Important *bool  `json:"important,omitempty" doc:"left out: as it is"`
	}
	web.Get(a, "/tags", ActView, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[Tag], error) {
		out, err := s.TagList(ctx, who)
		return web.All(out), err
	}, web.Summary("The company's tags"))
	web.Post(a, "/tags", ActTags, func(ctx context.Context, who authz.Actor, in *struct{ Body body }) (Tag, error) {
		return s.AddTag(ctx, who, in.Body.Name, in.Body.En, in.Body.Important != nil && *in.Body.Important)
	}, web.Created(), web.Summary("Add a tag"))
	web.Put(a, "/tags/{id}", ActTags, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		ID   TagID `path:"id"`
		Body body
	}) (Tag, error) {
		return s.EditTag(ctx, who, in.ID, in.Match, in.Body.Name, in.Body.En, in.Body.Hidden, in.Body.Important)
	}, web.Summary("Rename or hide a tag"))
}
