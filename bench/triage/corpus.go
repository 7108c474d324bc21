// Package triage tries what the product makes of words (TIC-12): its model
// against a linear SVM, its rules against emergencies and what only sounds like
// one. corpus.go reads the texts, svm.go is the rival, trial.go compares.
package triage

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"guanjia/internal/ticket"
)

//go:embed corpus.tsv
var corpusFile string

// Text is one matter as it was told, and what it is.
type Text struct {
	Date, Category, Kind string
	Template             bool   // made from a pattern instead of written on its own
	Forced               string // the matter that makes it grade A; empty: it is no emergency
	Words                string
}

const columns = "date\tcategory\tkind\torigin\tforced\ttext"

// Corpus reads the texts, the oldest first.
func Corpus() ([]Text, error) { return parse(corpusFile) }

func parse(file string) (out []Text, err error) {
	head, rest, _ := strings.Cut(strings.TrimSuffix(file, "\n"), "\n")
	if head != columns {
		return nil, fmt.Errorf("the columns are %q", head)
	}
	for line := range strings.SplitSeq(rest, "\n") {
		f := strings.Split(line, "\t")
		if len(f) != strings.Count(columns, "\t")+1 {
			return nil, fmt.Errorf("%q has %d fields", line, len(f))
		}
		t := Text{Date: f[0], Category: f[1], Kind: f[2], Template: f[3] == "template", Words: f[5]}
		if f[4] != "-" {
			t.Forced = f[4]
		}
		if err := t.check(f[3]); err != nil {
			return nil, fmt.Errorf("%q: %w", line, err)
		}
		if len(out) > 0 && out[len(out)-1].Date > t.Date {
			return nil, fmt.Errorf("%q is older than the line before", line)
		}
		out = append(out, t)
	}
	return out, nil
}

func (t Text) check(origin string) error {
	if _, err := time.Parse(time.DateOnly, t.Date); err != nil {
		return err
	}
	if _, ok := ticket.ShippedTree().ByID(t.Category); !ok {
		return fmt.Errorf("no category %q", t.Category)
	}
	switch ticket.Kind(t.Kind) {
	case ticket.Repair, ticket.Chore, ticket.Inquiry, ticket.Suggestion, ticket.Praise, ticket.Complaint:
	default:
		return fmt.Errorf("no kind %q", t.Kind)
	}
	if origin != "written" && origin != "template" {
		return fmt.Errorf("no origin %q", origin)
	}
	for _, f := range ticket.ForcedA() {
		if f.ID == t.Forced {
			return nil
		}
	}
	if t.Forced != "" {
		return fmt.Errorf("no emergency %q", t.Forced)
	}
	return nil
}

// Split parts the texts by time: the last quarter is held out.
func Split(all []Text) (older, later []Text) {
	at := len(all) * 3 / 4
	return all[:at], all[at:]
}
