package invoice

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// MaxBytes bounds an answer file.
const MaxBytes = 8 << 20

const maxAnswers = 5000

// Coming is what somebody says of an answer file.
type Coming struct {
	Community authz.CommunityID `query:"community" required:"true"`
	Keep      bool              `query:"keep" doc:"left out: only shown, nothing is stored"`
}

// Answered is what an answer file says. With problems nothing of it is kept.
type Answered struct {
	Rows     int       `json:"rows"`
	Issued   int       `json:"issued" doc:"that were not known yet"`
	Refused  int       `json:"refused"`
	Same     int       `json:"same" doc:"that are known already"`
	Problems []Problem `json:"problems"`
	Kept     bool      `json:"kept"`
}

// Problem is a row of a file that is refused, by name.
type Problem struct {
	Row    int    `json:"row"`
	Number string `json:"number"`
	Code   string `json:"code" enum:"unknown,twice,taken,not_now,otherwise,state,number,day,amount,reason"`
	Value  string `json:"value,omitempty"`
}

// result is a row of an answer file.
type result struct {
	row      int
	number   string
	issued   bool
	issuedNo string
	issuedOn clock.Day
	reason   string
	fen      *money.Fen
}

var answerHeads = map[string][]string{
	"number": {"申请单号", "业务单号", "单据编号"}, "state": {"状态", "开票状态"}, "issuedNo": {"发票号码", "数电票号码", "数电发票号码"}, "issuedOn": {"开票日期"}, "reason": {"失败原因", "原因"}, "amount": {"价税合计"},
}

var (
	doneWords   = []string{"已开具", "开具成功", "成功", "issued", "success"}
	failedWords = []string{"失败", "开具失败", "拒绝", "refused", "failed"}
)

// Errors of answer files.
var (
	ErrFile  = errs.New(errs.Invalid, "invoice.file", "the file is no table that can be read")
	ErrHeads = errs.New(errs.Invalid, "invoice.heads", "the headings are not those of an answer")
	ErrMany  = errs.New(errs.Invalid, "invoice.many", "there are too many rows in it")
	ErrEmpty = errs.New(errs.Invalid, "invoice.empty", "there is no row in it")
)

// parseAnswer reads a file into rows; problems are those of single cells.
func parseAnswer(data []byte) (out []result, problems []Problem, err error) {
	file, err := sheet.ReadAnswer(data, sheet.Limits{Bytes: MaxBytes, Rows: maxAnswers, Columns: 64}, answerHeads, "number", "state", "issuedNo", "issuedOn")
	switch {
	case errors.Is(err, sheet.ErrTooManyRows):
		return nil, nil, ErrMany.With("limit", maxAnswers)
	case errors.Is(err, sheet.ErrNoHeader):
		return nil, nil, ErrHeads
	case err != nil:
		return nil, nil, ErrFile
	}
	for _, l := range file.Lines {
		if file.Cell(l, "number") == "" && file.Cell(l, "state") == "" {
			continue
		}
		r, code, value := resultOf(l, file.Cell)
		if code != "" {
			problems = append(problems, Problem{Row: l.N, Number: r.number, Code: code, Value: value})
			continue
		}
		out = append(out, r)
	}
	if len(out)+len(problems) == 0 {
		return nil, nil, ErrEmpty
	}
	if len(out) > maxAnswers {
		return nil, nil, ErrMany.With("limit", maxAnswers)
	}
	return out, problems, nil
}

func resultOf(l sheet.Line, cell func(sheet.Line, string) string) (r result, code, value string) {
	r = result{row: l.N, number: compact(cell(l, "number")), reason: cell(l, "reason")}
	if text := strings.ReplaceAll(cell(l, "amount"), ",", ""); text != "" {
		fen, err := money.Parse(text)
		if err != nil {
			return r, "amount", text
		}
		r.fen = &fen
	}
	state := strings.ToLower(cell(l, "state"))
	if slices.Contains(failedWords, state) {
		if r.reason == "" {
			return r, "reason", ""
		}
		return r, "", ""
	}
	if !slices.Contains(doneWords, state) {
		return r, "state", state
	}
	r.issued, r.issuedNo = true, compact(cell(l, "issuedNo"))
	if !issuedForm.MatchString(r.issuedNo) {
		return r, "number", r.issuedNo
	}
	text := cell(l, "issuedOn")
	day, err := sheet.ParseDay(strings.Fields(text + " ")[:1][0])
	if text == "" || err != nil {
		return r, "day", text
	}
	r.issuedOn = day
	return r, "", ""
}

// Import reads the answer of the platform, and keeps it when in.Keep says so and
// no row is wrong. The same file again changes nothing.
func (s *Service) Import(ctx context.Context, who authz.Actor, in Coming, file io.Reader) (a Answered, err error) {
	data, err := io.ReadAll(io.LimitReader(file, MaxBytes+1))
	if err != nil {
		return a, err
	}
	if len(data) > MaxBytes {
		return a, atFile(ErrFile)
	}
	rows, problems, err := parseAnswer(data)
	if err != nil {
		return a, atFile(err)
	}
	do := s.DB.Read
	if in.Keep {
		do = s.DB.Write
	}
	err = do(ctx, who, ActIssue, func(tx *db.Tx) error {
		if err := tx.In(ctx, in.Community); err != nil {
			return err
		}
		a = Answered{Rows: len(rows) + len(problems), Problems: slices.Clone(problems)}
		todo, err := a.compare(ctx, tx, in.Community, rows)
		if err != nil {
			return err
		}
		slices.SortStableFunc(a.Problems, func(x, y Problem) int { return x.Row - y.Row })
		if a.Problems == nil {
			a.Problems = []Problem{}
		}
		if !in.Keep {
			return nil
		}
		tx.Answer(&a)
		if len(a.Problems) > 0 {
			tx.Silent("nothing was kept")
			return nil
		}
		a.Kept = true
		for _, t := range todo {
			if err := t.save(ctx, tx, Exported); err != nil {
				return err
			}
		}
		if len(todo) == 0 {
			tx.Silent("all of it was known")
		}
		return nil
	})
	return a, err
}

// compare holds rows against what was exported; what is new comes back as it is to be.
func (a *Answered) compare(ctx context.Context, tx *db.Tx, community authz.CommunityID, rows []result) (todo []Invoice, err error) {
	known, numbers := map[string]Invoice{}, map[string]string{}
	for some := range slices.Chunk(rows, 400) {
		args, more := []any{community}, []any{community}
		var want, issued []string
		for _, r := range some {
			want, issued = append(want, r.number), append(issued, r.issuedNo)
		}
		all, err := db.All[Invoice](ctx, tx, `SELECT `+db.Columns[Invoice]("")+` FROM invoice WHERE community_id = $1 AND number IN `+db.Among(&args, want)+` AND {scope}`, args...)
		if err != nil {
			return nil, err
		}
		for _, v := range all {
			known[v.Number] = v
		}
		taken, err := db.All[Invoice](ctx, tx, `SELECT `+db.Columns[Invoice]("")+` FROM invoice WHERE community_id = $1 AND issued_no <> '' AND issued_no IN `+db.Among(&more, issued)+` AND {scope}`, more...)
		if err != nil {
			return nil, err
		}
		for _, v := range taken {
			numbers[v.IssuedNo] = v.Number
		}
	}
	seen := map[string]bool{}
	for _, r := range rows {
		v, there := known[r.number]
		next, code := v.answered(r)
		switch {
		case !there:
			code = "unknown"
		case seen[r.number]:
			code = "twice"
		case code == "" && r.issued && numbers[r.issuedNo] != "" && numbers[r.issuedNo] != r.number:
			code = "taken"
		}
		seen[r.number] = true
		if r.issued && code == "" {
			numbers[r.issuedNo] = r.number
		}
		switch {
		case code == "same":
			a.Same++
		case code != "":
			a.Problems = append(a.Problems, Problem{Row: r.row, Number: r.number, Code: code, Value: r.issuedNo})
		case r.issued:
			a.Issued, todo = a.Issued+1, append(todo, next)
		default:
			a.Refused, todo = a.Refused+1, append(todo, next)
		}
	}
	return todo, nil
}

// answered is an invoice after an answer; the code says what is wrong with it,
// or that it says nothing new.
func (v Invoice) answered(r result) (Invoice, string) {
	if r.fen != nil && *r.fen != v.Fen {
		return v, "amount"
	}
	switch v.State {
	case Issued:
		if r.issued && r.issuedNo == v.IssuedNo && r.issuedOn == v.IssuedOn {
			return v, "same"
		}
		return v, "otherwise"
	case Refused:
		if !r.issued {
			return v, "same"
		}
		return v, "otherwise"
	case Exported:
	default:
		return v, "not_now"
	}
	if !r.issued {
		v.State, v.EndedWhy = Refused, r.reason
		return v, ""
	}
	v.State, v.IssuedNo, v.IssuedOn = Issued, r.issuedNo, r.issuedOn
	return v, ""
}

// Typed is an answer that somebody types in.
type Typed struct {
	Issued   bool      `json:"issued" doc:"false: refused"`
	IssuedNo string    `json:"issuedNo,omitempty" maxLength:"30"`
	IssuedOn clock.Day `json:"issuedOn,omitzero"`
	Reason   string    `json:"reason,omitempty" maxLength:"800"`
}

// Answer types the platform's answer to one invoice in.
func (s *Service) Answer(ctx context.Context, who authz.Actor, id ID, match web.Match, in Typed) (v View, err error) {
	var wrong errs.Fields
	in.IssuedNo = compact(in.IssuedNo)
	wrong.Words("reason", &in.Reason, 200, !in.Issued)
	if in.Issued && !issuedForm.MatchString(in.IssuedNo) {
		wrong.Add("issuedNo", ErrIssuedNo.Code, nil)
	}
	if in.Issued && in.IssuedOn.IsZero() {
		wrong.Add("issuedOn", "required", nil)
	}
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActIssue, func(tx *db.Tx) error {
		one, err := invoice(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(one.Version); err != nil {
			return err
		}
		next, code := one.answered(result{number: one.Number, issued: in.Issued, issuedNo: in.IssuedNo, issuedOn: in.IssuedOn, reason: in.Reason})
		if code != "" {
			return ErrNotNow
		}
		taken, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM invoice WHERE community_id = $1 AND issued_no = $2 AND issued_no <> '' AND {scope}`, one.Community, next.IssuedNo)
		if err != nil {
			return err
		}
		if taken > 0 {
			return errs.ErrFields.At(errs.Field{Name: "issuedNo", Code: ErrTaken.Code})
		}
		if err := next.save(ctx, tx, one.State); err != nil {
			return err
		}
		tx.Answer(&v)
		v, err = view(ctx, tx, next)
		return err
	})
	return v, err
}

// atFile says that it is the file's fault.
func atFile(err error) error {
	e := errs.Of(err)
	return errs.ErrFields.At(errs.Field{Name: "file", Code: e.Code, Params: e.Params})
}
