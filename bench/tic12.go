package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"guanjia/bench/triage"
	"guanjia/internal/ticket"
)

const (
	phrasings = "internal/ticket/testdata/forced_a.txt" // the rules were made for these
	unseen    = "bench/triage/unseen.txt"               // and never changed for these
)

// tellApart is TIC-12: the model against a linear SVM on texts neither has seen,
// and the rules of grade A on their phrasings and on the corpus.
func tellApart(ctx context.Context, _ settings) error {
	all, err := triage.Corpus()
	if err != nil {
		return err
	}
	older, later := triage.Split(all)
	for _, of := range []struct {
		name  string
		label func(triage.Text) string
	}{
		{"", func(t triage.Text) string { return t.Category }},
		{"kind ", func(t triage.Text) string { return t.Kind }},
	} {
		r, err := triage.Compare(ctx, older, later, of.label)
		if err != nil {
			return err
		}
		fmt.Printf("TIC-12 %smacro_f1=%.2f svm_macro_f1=%.2f ratio=%.2f ms_per_text=%.3f of_ms=5 accuracy=%.2f svm_accuracy=%.2f heard=%.2f right=%.2f learned=%d held_out=%d learn_ms=%.0f\n",
			of.name, r.MacroF1, r.SVMMacroF1, r.MacroF1/r.SVMMacroF1, r.MsPerText, r.Accuracy, r.SVMAccuracy, r.Heard, r.Right, r.Learned, r.HeldOut, r.LearnedInMs)
	}
	found, of, err := heard(phrasings)
	if err != nil {
		return err
	}
	foundToo, ofToo, err := heard(unseen)
	if err != nil {
		return err
	}
	a := triage.Rules(all)
	fmt.Printf("TIC-12 forced recall=%.2f of=%d false_alarms=%.1f%% of=%d corpus_recall=%.2f of=%d unseen_recall=%.2f of=%d\n", float64(found)/float64(of), of, 100*float64(a.False)/float64(a.Ordinary), a.Ordinary,
		float64(a.Found)/float64(a.Emergencies), a.Emergencies, float64(foundToo)/float64(ofToo), ofToo)
	return nil
}

// heard counts the phrasings of emergencies in a file, and those that are named rightly.
func heard(file string) (found, of int, err error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.SplitSeq(string(raw), "\n") {
		matter, said, ok := strings.Cut(line, "\t")
		if !ok {
			continue
		}
		of++
		if f, forced := ticket.ForcedBy(said); forced && f.ID == matter {
			found++
		}
	}
	if of == 0 {
		return 0, 0, fmt.Errorf("%s has no phrasings", file)
	}
	return found, of, nil
}
