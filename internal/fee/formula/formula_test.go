package formula

import (
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"
)

func values(t testing.TB) map[string]*big.Rat {
	t.Helper()
	out := map[string]*big.Rat{}
	for name, s := range map[string]string{"area": "89.15", "months": "3", "days": "20", "reading": "25.5", "share": "12.34", "floor": "5", "people": "4", "arrears": "0", "price": "2.50"} {
		n, ok := new(big.Rat).SetString(s)
		if !ok {
			t.Fatal(s)
		}
		out[name] = n
	}
	return out
}

func TestFormulasAreExact(t *testing.T) {
	for text, want := range map[string]string{
		"area * price":          "222.875",
		"price × area × months": "668.625",
		"1 / 3 + 1 / 3 + 1 / 3": "1",
		"0.1 + 0.2":             "0.3",
		"2 + 3 * 4 - 6 / 3":     "12",
		"10 - 3 - 2":            "5",
		"64 / 4 / 2":            "8",
		"-(2 + 3) * -2":         "10",
		"(2 + 3) * 4":           "20",
		"if(floor <= 2, 0, 8 + (floor - 3) * 0.5)": "9",
		"if(people > 0, share / people, share)":    "3.085",
		"if(arrears = 0, 1, 1 / arrears)":          "1",
		"min(reading, 20, 30) + max(reading, 30)":  "50",
		"floor(2.7) + ceil(2.1) + floor(0 - 2.1)":  "2",
		"ceil(0 - 2.9)":                             "-2",
		"round(2.5) + round(0 - 2.5)":               "0",
		"round(222.875, 2)":                         "222.88",
		"abs(3 - 5)":                                "2",
		"if(floor > 3 and area < 90 or 1 = 2, 1,0)": "1",
		"if(floor <> 5 or 1 / 1 >= 1, 7, 0)":        "7",
		"if（floor ≥ 5，area，0）":                      "89.15",
		"if((floor > 1) and (area > 1), 2, 3)":      "2",
	} {
		t.Run(text, func(t *testing.T) {
			e, err := Parse(text, Variables)
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.Eval(values(t))
			if exact, _ := new(big.Rat).SetString(want); err != nil || got.Cmp(exact) != 0 {
				t.Errorf("%v (%v), want %s", got, err, want)
			}
		})
	}
}

func TestMistakesAreNamedWithTheirPlace(t *testing.T) {
	for text, want := range map[string]Error{
		"":                            {Syntax, 1, ""},
		"area *":                      {Syntax, 7, ""},
		"area price":                  {Syntax, 6, "price"},
		"面积 * 2":                      {Syntax, 1, "面"},
		"area * prise":                {Unknown, 8, "prise"},
		"sqrt(4)":                     {Unknown, 1, "sqrt"},
		"min(1)":                      {Arguments, 1, "min"},
		"min()":                       {Arguments, 1, "min"},
		"if(1 < 2, 3)":                {Arguments, 1, "if"},
		"if(1, 2, 3)":                 {Kind, 1, "if"},
		"1 < 2":                       {Kind, 1, ""},
		"(1 < 2) + 1":                 {Kind, 9, "+"},
		"if(1 < 2 < 3, 1, 2)":         {Syntax, 10, "<"},
		"1.2.3":                       {Syntax, 1, "1.2.3"},
		"1.":                          {Syntax, 1, "1."},
		"2 ^ 3":                       {Syntax, 3, "^"},
		"(area":                       {Syntax, 6, ""},
		"area)":                       {Syntax, 5, ")"},
		"min(1,)":                     {Syntax, 7, ")"},
		"1234567890123456":            {Syntax, 1, "1234567890123456"},
		strings.Repeat("1+", 300):     {TooLong, MostLength + 1, ""},
		strings.Repeat("(", 60) + "1": {TooDeep, MostDepth + 1, "("},
		strings.Repeat("-", 60) + "1": {TooDeep, MostDepth + 1, "-"},
	} {
		_, err := Parse(text, Variables)
		var e *Error
		if !errors.As(err, &e) || *e != want {
			t.Errorf("%.30q: %v, want %v", text, err, &want)
		}
	}
}

func TestWhatCannotBeComputedIsNeverZero(t *testing.T) {
	square := "area"
	for range 4 {
		square = "(" + square + "*" + square + ")"
	}
	for text, want := range map[string]Error{
		"area / arrears":   {DivideByZero, 6, "/"},
		"1 / (floor - 5)":  {DivideByZero, 3, "/"},
		"round(area, 7)":   {Arguments, 1, "round"},
		"round(area, 0.5)": {Arguments, 1, "round"},
		"loss + 1":         {Missing, 1, "loss"},
		square + " * " + square + " * 1.000000000001 * 1.000000000001 * 1.000000000001 * 1.000000000001 * 1.000000000001": {Code: Overflow},
	} {
		e, err := Parse(text, append(slices.Clone(Variables), "loss"))
		if err != nil {
			t.Fatal(text, err)
		}
		_, err = e.Eval(values(t))
		var got *Error
		if !errors.As(err, &got) || got.Code != want.Code || want.At > 0 && *got != want {
			t.Errorf("%.30q: %v, want %v", text, err, &want)
		}
	}
}

func TestAFormulaShowsItsNumbers(t *testing.T) {
	e, err := Parse("if(floor <= 2, 0, area * price) + area × months", Variables)
	if err != nil {
		t.Fatal(err)
	}
	v := values(t)
	v["floor"] = big.NewRat(-1, 1)
	got := e.With(v, func(r *big.Rat) string { return strings.TrimRight(r.FloatString(2), "0") })
	if got != "if((-1.) <= 2, 0, 89.15 * 2.5) + 89.15 × 3." {
		t.Error(got)
	}
	if names := e.Names(); !slices.Equal(names, []string{"area", "floor", "months", "price"}) {
		t.Error(names)
	}
}

// The parser takes anything a person can paste, and what it takes it can compute or refuse by name.
func FuzzFormula(f *testing.F) {
	for _, s := range []string{"area * price", "if(floor <= 2, 0, 1/0)", "((((", "min(1,2,3)", "round(1,", "１＋２", "--1", "a\x00b", "1e9", "if(1<2 and 2<3,1,0)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse(text, Variables)
		var mistake *Error
		if err != nil {
			if !errors.As(err, &mistake) || mistake.At < 1 || mistake.At > len([]rune(text))+1 {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		n, err := e.Eval(values(t))
		if err != nil && (!errors.As(err, &mistake) || mistake.At < 1) {
			t.Fatalf("%q: %v", text, err)
		}
		if err == nil && n == nil {
			t.Fatalf("%q has no value and no mistake", text)
		}
		// The numbers stand where the names stood, so the text computes to the same.
		if err == nil {
			shown := e.With(values(t), func(r *big.Rat) string { return strings.TrimSuffix(strings.TrimRight(r.FloatString(2), "0"), ".") })
			again, err := Parse(shown, nil)
			if err != nil {
				if errors.As(err, &mistake) && mistake.Code == TooLong {
					return
				}
				t.Fatalf("%q: %v", shown, err)
			}
			if m, err := again.Eval(nil); err != nil || m.Cmp(n) != 0 {
				t.Fatalf("%q is %v, with its numbers %v (%v)", text, n, m, err)
			}
		}
	})
}
