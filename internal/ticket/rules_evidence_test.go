package ticket

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// TIC-07a: which evidence there must be is a setting per kind, category and grade.
func TestTheMostParticularRuleSaysWhatMustBeProved(t *testing.T) {
	s := Settings{Evidence: []EvidenceRule{
		{Kind: Repair, Proofs: []Proof{ProofAfter}},
		{Kind: Repair, Grade: A, Proofs: []Proof{ProofBefore, ProofAfter}},
		{Kind: Repair, Category: "facilities", Proofs: []Proof{ProofSignature}},
		{Kind: Repair, Category: "facilities.water", Proofs: []Proof{ProofMinutes}},
		{Kind: Repair, Category: "facilities.water", Grade: B, Proofs: nil},
	}}
	for name, c := range map[string]struct {
		kind     Kind
		category string
		grade    Grade
		want     []Proof
	}{
		"every repair":                                   {Repair, "environment.greening", C, []Proof{ProofAfter}},
		"every repair of grade A":                        {Repair, "environment.greening", A, []Proof{ProofBefore, ProofAfter}},
		"the first level of its category":                {Repair, "facilities.power", A, []Proof{ProofSignature}},
		"its category":                                   {Repair, "facilities.water", C, []Proof{ProofMinutes}},
		"its category and grade: nothing":                {Repair, "facilities.water", B, nil},
		"as shipped, where no rule speaks of the kind":   {Chore, "facilities.water", C, nil},
		"complaints are not repairs, and as shipped too": {Complaint, "facilities", C, nil},
	} {
		if got := s.proofs(c.kind, c.category, c.grade); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestWhatMustBeProvedIsFrozenWhenATicketIsOpened(t *testing.T) {
	s := Settings{Evidence: []EvidenceRule{{Kind: Repair, Grade: B, Proofs: []Proof{ProofBefore, ProofSignature, ProofMinutes, ProofParts}}}}
	tk := opened(C)
	tk.Policy, tk.Status = s.frozen(Repair, tk.Category, "Asia/Shanghai"), Working
	if got := tk.missing(nil); !reflect.DeepEqual(got, []string{"photo_after"}) {
		t.Errorf("grade C lacks %v, want the photo of the result as shipped", got)
	}
	tk.Grade = B // what it is now decides
	if got := tk.missing(map[string]int64{"before": 2}); !reflect.DeepEqual(got, []string{"signature"}) {
		t.Errorf("grade B lacks %v, want the signature", got)
	}
	all := map[string]int64{"before": 1, "signature": 1}
	_, err := tk.resolve(Outcome{Remedy: "new joint"}, all, nil, nine15)
	if got := errs.Of(err); got == nil || len(got.Fields) != 2 || got.Fields[0].Name != "parts" || got.Fields[1].Name != "minutes" {
		t.Errorf("without parts and time spent: %v", err)
	}
	done, err := tk.resolve(Outcome{Remedy: "new joint", Advice: " 半年内勿拧紧 ", Parts: " 角阀 1 只 ", Minutes: 40}, all, nil, nine15)
	if err != nil || done.Parts != "角阀 1 只" || done.Minutes != 40 {
		t.Errorf("%q, %d minutes, %v", done.Parts, done.Minutes, err)
	}
	old := opened(C)
	old.Status = Working
	if _, err := old.resolve(Outcome{Remedy: "new joint"}, nil, nil, nine15); !errors.Is(err, ErrMissing) {
		t.Errorf("a ticket opened before there were rules: %v, want the photo as shipped", err)
	}
}

// TIC-07d: what the customer signed is what they read; another text afterwards shows.
func TestWhatWasSignedIsWhatWasRead(t *testing.T) {
	done := clock.Instant(1)
	tk := Ticket{Cause: "阀芯老化", Remedy: "更换阀芯", Advice: "两年后再换", ResolvedAt: &done}
	read := Signed{"阀芯老化", "更换阀芯", "两年后再换"}
	older := Signed{"", "先拧紧", ""}
	for name, c := range map[string]struct {
		shots []Photo
		want  bool
	}{
		"nobody signed":                        {nil, false},
		"a quote was signed, and nothing read": {[]Photo{{Kind: "signature"}}, false},
		"what was read":                        {[]Photo{{Kind: "signature", Signed: &read}}, false},
		"another remedy was read":              {[]Photo{{Kind: "signature", Signed: &older}}, true},
		"signed again with the last words":     {[]Photo{{Kind: "signature", Signed: &older}, {Kind: "signature", Signed: &read}, {Kind: "after"}}, false},
	} {
		if got := tk.otherwise(c.shots); got != c.want {
			t.Errorf("%s: changed after signing is %v", name, got)
		}
	}
	tk.ResolvedAt = nil
	if tk.otherwise([]Photo{{Signed: &older}}) {
		t.Error("work that goes on has no last words yet")
	}
}
