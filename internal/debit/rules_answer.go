package debit

import (
	"errors"
	"slices"
	"strings"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
)

// Problem is a row of an answer that is refused, by name.
type Problem struct {
	Row   int    `json:"row"`
	Item  string `json:"item" doc:"as the file has it"`
	Code  string `json:"code" enum:"unknown,batch,amount,twice,otherwise,not_sent,state,day,reason,reference"`
	Value string `json:"value,omitempty"`
}

// result is a row of an answer file.
type result struct {
	row       int
	item      ItemID
	text      string
	batch     string
	fen       money.Fen
	paid      bool
	on        clock.Day
	reference string
	reason    string
}

// MaxBytes bounds an answer file.
const MaxBytes = 4 << 20

const maxRows = 2000

var answerHeads = map[string][]string{
	"batch": {"批次号"}, "item": {"明细号"}, "amount": {"金额", "扣款金额"}, "state": {"扣款结果", "结果", "状态"}, "reason": {"失败原因", "原因"}, "on": {"交易日期", "扣款日期"}, "reference": {"银行流水号", "流水号"},
}

var (
	doneWords   = []string{"成功", "扣款成功", "success", "s", "0000"}
	failedWords = []string{"失败", "扣款失败", "failed", "f"}
)

// parse reads the answer of a bank; problems are those of single cells.
func parse(data []byte) (out []result, problems []Problem, err error) {
	file, err := sheet.ReadAnswer(data, sheet.Limits{Bytes: MaxBytes, Rows: maxRows, Columns: 64}, answerHeads, "batch", "item", "amount", "state", "on", "reference")
	switch {
	case errors.Is(err, sheet.ErrTooManyRows):
		return nil, nil, ErrMany.With("limit", maxRows)
	case errors.Is(err, sheet.ErrNoHeader):
		return nil, nil, ErrHeads
	case err != nil:
		return nil, nil, ErrFile
	}
	for _, l := range file.Lines {
		r, code, value := resultOf(l, file.Cell)
		if code != "" {
			problems = append(problems, Problem{Row: l.N, Item: r.text, Code: code, Value: value})
			continue
		}
		out = append(out, r)
	}
	if n := len(out) + len(problems); n == 0 {
		return nil, nil, ErrEmpty
	} else if n > maxRows {
		return nil, nil, ErrMany.With("limit", maxRows)
	}
	return out, problems, nil
}

func resultOf(l sheet.Line, cell func(sheet.Line, string) string) (r result, code, value string) {
	r = result{row: l.N, text: cell(l, "item"), batch: compact(cell(l, "batch")), reason: cell(l, "reason"), reference: cell(l, "reference")}
	var err error
	if r.item, err = id.Parse[Item](strings.ToLower(r.text)); err != nil || r.item == 0 {
		return r, "unknown", r.text
	}
	text := strings.ReplaceAll(cell(l, "amount"), ",", "")
	if r.fen, err = money.Parse(text); err != nil {
		return r, "amount", text
	}
	state := strings.ToLower(cell(l, "state"))
	r.paid = slices.Contains(doneWords, state)
	if !r.paid && !slices.Contains(failedWords, state) {
		return r, "state", state
	}
	if !r.paid {
		if r.reason == "" {
			return r, "reason", ""
		}
		r.reason = short(r.reason, 200)
		return r, "", ""
	}
	if r.reference == "" || len([]rune(r.reference)) > 100 {
		return r, "reference", short(r.reference, 40)
	}
	text = cell(l, "on")
	day, _, _ := strings.Cut(text, " ")
	if r.on, err = sheet.ParseDay(day); err != nil {
		return r, "day", text
	}
	return r, "", ""
}

func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// says compares a row with what is known of its item; "" is news, "same" none.
func (i Item) says(r result, batch string) string {
	switch {
	case r.batch != batch:
		return "batch"
	case i.State == "dropped" || i.State == "waiting":
		return "not_sent"
	case r.fen != i.Fen:
		return "amount"
	case i.State == "sent", i.late(r):
		return ""
	case r.paid && (i.State == "paid" || i.State == "conflict") && r.reference == i.Reference && r.on == i.On, !r.paid && i.State == "failed" && r.reason == i.Problem:
		return "same"
	}
	return "otherwise"
}

// late tells whether a row brings money for an item that was given up unanswered.
func (i Item) late(r result) bool { return r.paid && i.State == "failed" && i.Problem == noAnswer }

// atFile says that it is the file's fault.
func atFile(err error) error {
	e := errs.Of(err)
	return errs.ErrFields.At(errs.Field{Name: "file", Code: e.Code, Params: e.Params})
}
