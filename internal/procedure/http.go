package procedure

import (
	"context"
	"slices"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// ByID, ByVersion and ByRun name a record in the path.
type (
	ByID struct {
		ID ID `path:"id"`
	}
	ByVersion struct {
		ID VersionID `path:"id"`
	}
	ByRun struct {
		ID RunID `path:"id"`
	}
)

// Vocabulary are the words that the editor offers.
type Vocabulary struct {
	Who     []WhoWord `json:"who"`
	Anchors []string  `json:"anchors" doc:"what a limit may count from"`
	Marks   []string  `json:"marks" doc:"what the system may see for itself"`
	Forms   []Form    `json:"forms" doc:"that steps may ask for, with their lines"`
}

// WhoWord is a word that says whose step it is, and the roles it means.
type WhoWord struct {
	Word  string   `json:"word"`
	Roles []string `json:"roles"`
}

func (s *Service) vocabulary() Vocabulary {
	v := Vocabulary{Who: []WhoWord{}, Anchors: Anchors(), Marks: marks, Forms: append([]Form{}, s.Forms...)}
	for word, roles := range Who() {
		v.Who = append(v.Who, WhoWord{word, append([]string{}, roles...)})
	}
	slices.SortFunc(v.Who, func(a, b WhoWord) int { return slices.Compare([]string{a.Word}, []string{b.Word}) })
	return v
}

// Routes is the API of procedures.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/procedures", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Q    string `query:"q" maxLength:"100"`
		Kind string `query:"kind" enum:"repair,service,inquiry,suggestion,praise,complaint,other"`
	}) (web.List[Row], error) {
		rows, err := s.List(ctx, who, in.Q, in.Kind)
		return web.All(rows), err
	}, web.Summary("The library of procedures"))
	web.Get(a, "/procedures/words", ActView, func(context.Context, authz.Actor, *struct{}) (Vocabulary, error) {
		return s.vocabulary(), nil
	}, web.Summary("The words that steps are written with"))
	web.Get(a, "/procedures/to-read", ActView, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[Version], error) {
		all, err := s.ToRead(ctx, who)
		return web.All(all), err
	}, web.Summary("What the caller has to read and confirm"))
	web.Get(a, "/procedures/readers", ActLead, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[Behind], error) {
		all, err := s.Readers(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("Who has not confirmed what they work with"))
	audit.Export(s.Exports, a, "/procedures/readers/export.xlsx", ActLead, s.exportReaders, web.Summary("Who has not confirmed what they work with, and the attempts at quizzes, as a spreadsheet"))
	s.quizRoutes(a)
	web.Get(a, "/procedures/{id}", ActView, func(ctx context.Context, who authz.Actor, in *ByID) (Full, error) {
		return s.Get(ctx, who, in.ID)
	}, web.Summary("A procedure with its versions"))
	s.draftRoutes(a)
	s.runRoutes(a)
}

func (s *Service) quizRoutes(a *web.API) {
	web.Post(a, "/procedure-versions/{id}/quiz", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ByVersion
		Body struct {
			Answers [][]int64 `json:"answers" maxItems:"20" doc:"for each question the chosen options, from 0"`
		}
	}) (Result, error) {
		return s.Take(ctx, who, in.ID, in.Body.Answers)
	}, web.Created(), web.Summary("Answer the quiz of a version; every attempt is kept"), web.Unversioned("a published version never changes"))
	web.Get(a, "/procedure-versions/{id}/attempts", ActLead, func(ctx context.Context, who authz.Actor, in *struct {
		ByVersion
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[Tried], error) {
		all, err := s.Attempts(ctx, who, in.Community, in.ID)
		return web.All(all), err
	}, web.Summary("The attempts at a version's quiz, the latest first"))
	web.Post(a, "/procedure-versions/{id}/remind", ActLead, func(ctx context.Context, who authz.Actor, in *struct {
		ByVersion
		Body struct {
			Community authz.CommunityID `json:"community"`
		}
	}) (Asks, error) {
		return s.Remind(ctx, who, in.Body.Community, in.ID)
	}, web.Summary("Remind who has not confirmed a version"), web.Unversioned("everybody is reminded once a day"))
}

func (s *Service) draftRoutes(a *web.API) {
	web.Post(a, "/procedures", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Code string `json:"code" maxLength:"40" doc:"short and lasting: lift_stop"`
			Doc  Doc    `json:"doc"`
		}
	}) (Version, error) {
		return s.Create(ctx, who, in.Body.Code, in.Body.Doc)
	}, web.Created(), web.Summary("Begin a procedure of the company's own"))
	web.Post(a, "/procedures/{id}/draft", ActEdit, func(ctx context.Context, who authz.Actor, in *ByID) (Version, error) {
		return s.Copy(ctx, who, in.ID)
	}, web.Created(), web.Summary("Begin the next version: a copy of the published one"), web.Unversioned("it adds a draft; a second one is refused"))
	web.Put(a, "/procedure-versions/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByVersion
		web.Match
		Body struct {
			Doc   Doc    `json:"doc"`
			Words string `json:"words,omitempty" maxLength:"1000"`
		}
	}) (Version, error) {
		return s.Save(ctx, who, in.ID, in.Expect, in.Body.Doc, in.Body.Words)
	}, web.Summary("Write a draft"))
	web.Delete(a, "/procedure-versions/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByVersion
		web.Match
	}) (web.None, error) {
		return web.None{}, s.Drop(ctx, who, in.ID, in.Expect)
	}, web.Summary("Throw a draft away"))
	web.Post(a, "/procedure-versions/{id}/publish", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByVersion
		web.Match
		Body struct {
			Words string `json:"words" maxLength:"1000" doc:"what is different, for those who must read it"`
		}
	}) (Version, error) {
		return s.Publish(ctx, who, in.ID, in.Expect, in.Body.Words)
	}, web.Summary("Ask for a draft to be published"))
	web.Post(a, "/procedure-versions/{id}/read", ActView, func(ctx context.Context, who authz.Actor, in *ByVersion) (Version, error) {
		return s.Confirm(ctx, who, in.ID)
	}, web.Summary("Confirm that one has read a version"), web.Unversioned("a published version never changes"))
}

func (s *Service) runRoutes(a *web.API) {
	web.Get(a, "/procedure-runs", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Place   string    `query:"place" enum:"ticket" default:"ticket"`
		Subject SubjectID `query:"subject" required:"true"`
	}) (Runs, error) {
		return s.Checklist(ctx, who, in.Place, in.Subject)
	}, web.Summary("The checklists of a ticket"))
	web.Post(a, "/procedure-runs", ActTick, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Place     string    `json:"place,omitempty" enum:"ticket" default:"ticket"`
			Subject   SubjectID `json:"subject"`
			Procedure ID        `json:"procedure"`
		}
	}) (Runs, error) {
		return s.Attach(ctx, who, in.Body.Place, in.Body.Subject, in.Body.Procedure)
	}, web.Created(), web.Summary("Let a procedure run on a ticket"))
	web.Post(a, "/procedure-runs/{id}/tick", ActTick, func(ctx context.Context, who authz.Actor, in *struct {
		ByRun
		Body struct {
			Steps []int64  `json:"steps" minItems:"1" maxItems:"60"`
			Words string   `json:"words,omitempty" maxLength:"8000" doc:"what the step asks for"`
			Kit   []string `json:"kit,omitempty" maxItems:"40" doc:"what is taken along"`
			Photo PhotoID  `json:"photo,omitempty" doc:"a picture of the ticket, as evidence"`
		}
	}) (Runs, error) {
		b := in.Body
		return s.Tick(ctx, who, in.ID, Given{b.Steps, b.Words, b.Kit, b.Photo})
	}, web.Summary("Say that steps are done"), web.Unversioned("a step is ticked once; the second is told so"))
	web.Post(a, "/procedure-runs/{id}/skip", ActTick, func(ctx context.Context, who authz.Actor, in *struct {
		ByRun
		Body struct {
			Step   int64  `json:"step"`
			Reason string `json:"reason" maxLength:"2000"`
		}
	}) (Runs, error) {
		return s.Skip(ctx, who, in.ID, in.Body.Step, in.Body.Reason)
	}, web.Summary("Leave a step out"), web.Unversioned("a step is left out once; the second is told so"))
	web.Post(a, "/procedure-runs/{id}/undo", ActTick, func(ctx context.Context, who authz.Actor, in *struct {
		ByRun
		Body struct {
			Step   int64  `json:"step"`
			Reason string `json:"reason,omitempty" maxLength:"2000"`
		}
	}) (Runs, error) {
		return s.Undo(ctx, who, in.ID, in.Body.Step, in.Body.Reason)
	}, web.Summary("Open a step again"), web.Unversioned("what is open already is told so"))
}
