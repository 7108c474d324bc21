package money

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"pgregory.net/rapid"
)

func TestAmountsAsTyped(t *testing.T) {
	for s, want := range map[string]Fen{
		"0": 0, "12": 1200, "12.3": 1230, "12.34": 1234, "-0.05": -5, "007": 700, "-0": 0,
		"92233720368547758.07": math.MaxInt64, "-92233720368547758.08": math.MinInt64,
	} {
		if got, err := Parse(s); err != nil || got != want {
			t.Errorf("%q: %d %v", s, got, err)
		}
	}
	for _, s := range []string{"", "-", ".5", "5.", "1,000", "12.345", "+3", " 3", "1e3", "３", "--1", "¥3", "1.-2"} {
		if got, err := Parse(s); !errors.Is(err, ErrAmount) {
			t.Errorf("%q was taken as %s (%v)", s, got, err)
		}
	}
	if _, err := Parse("92233720368547758.08"); !errors.Is(err, ErrOverflow) {
		t.Error(err)
	}
}

func TestAmountsInJSONAreStrings(t *testing.T) {
	if raw, err := json.Marshal([]Fen{0, 5, -1234, 123456789}); err != nil || string(raw) != `["0.00","0.05","-12.34","1234567.89"]` {
		t.Errorf("%s %v", raw, err)
	}
	var f Fen
	if json.Unmarshal([]byte(`12.34`), &f) == nil {
		t.Error("a JSON number is a float and was taken")
	}
	described := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	if s := described.SchemaFromRef(Fen(0).Schema(described).Ref); s == nil || s.Type != huma.TypeString {
		t.Error(s)
	}
	if got := Fen(-123456789).Grouped(); got != "-1,234,567.89" {
		t.Error(got)
	}
	if got := Fen(12300).Grouped(); got != "123.00" {
		t.Error(got)
	}
}

func TestCapitalNumerals(t *testing.T) {
	for fen, want := range map[Fen]string{
		0: "零元整", 5: "伍分", 50: "伍角整", 55: "伍角伍分", 100: "壹元整", 105: "壹元零伍分", 150: "壹元伍角整", 1005: "壹拾元零伍分",
		32504: "叁佰贰拾伍元零肆分", 168032: "壹仟陆佰捌拾元叁角贰分", 600714: "陆仟零柒元壹角肆分", 1640902: "壹万陆仟肆佰零玖元零贰分",
		10700053: "壹拾万柒仟元伍角叁分", 100050000: "壹佰万零伍佰元整", 10000000000: "壹亿元整", 10000000100: "壹亿零壹元整", 1010001000: "壹仟零壹拾万零壹拾元整",
		-12345: "负壹佰贰拾叁元肆角伍分", 20000: "贰佰元整", 1000000: "壹万元整", 1001000: "壹万零壹拾元整",
	} {
		if got := fen.Upper(); got != want {
			t.Errorf("%s: %s, want %s", fen, got, want)
		}
	}
}

func TestRounding(t *testing.T) {
	for name, c := range map[string]struct {
		fen  string
		how  Rounding
		want Fen
	}{
		"the default is half up to the fen":       {"0.5", Rounding{}, 1},
		"half up goes away from zero":             {"-0.5", Rounding{}, -1},
		"just below the half goes down":           {"0.499999999999", Rounding{Mode: HalfUp}, 0},
		"half even goes to the even neighbour":    {"2.5", Rounding{Mode: HalfEven}, 2},
		"half even goes up from odd":              {"3.5", Rounding{Mode: HalfEven}, 4},
		"half even of a negative":                 {"-2.5", Rounding{Mode: HalfEven}, -2},
		"floor goes toward minus infinity":        {"-0.1", Rounding{Mode: Floor}, -1},
		"ceil goes toward plus infinity":          {"-0.9", Rounding{Mode: Ceil}, 0},
		"ceil of a trace":                         {"0.000000000001", Rounding{Mode: Ceil}, 1},
		"to the jiao":                             {"1234.9", Rounding{Unit: UnitJiao}, 1230},
		"the half jiao goes up":                   {"1235", Rounding{Unit: UnitJiao}, 1240},
		"to the yuan, down":                       {"1299.99", Rounding{Unit: UnitYuan, Mode: Floor}, 1200},
		"to the yuan, half even":                  {"250", Rounding{Unit: UnitYuan, Mode: HalfEven}, 200},
		"a whole amount stays as it is with ceil": {"1200", Rounding{Unit: UnitYuan, Mode: Ceil}, 1200},
	} {
		t.Run(name, func(t *testing.T) {
			exact, _ := new(big.Rat).SetString(c.fen)
			if got, err := Round(exact, c.how); err != nil || got != c.want {
				t.Errorf("got %d (%v), want %d", got, err, c.want)
			}
		})
	}
	for _, how := range []Rounding{{Unit: "dime"}, {Mode: "up"}} {
		if _, err := Round(new(big.Rat), how); !errors.Is(err, ErrRounding) {
			t.Error(how, err)
		}
	}
}

func rate(t *testing.T, s string) Rate {
	t.Helper()
	r, err := ParseRate(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRates(t *testing.T) {
	if got, err := Fen(100_000).Times(rate(t, "0.0005"), Rounding{}); err != nil || got != 50 {
		t.Error("half a per mille of 1,000 yuan is 50 fen:", got, err)
	}
	if got, err := Fen(285).Times(rate(t, "0.1"), Rounding{}); err != nil || got != 29 {
		t.Error("28.5 fen round half up to 29:", got, err)
	}
	if _, err := Fen(math.MaxInt64).Times(rate(t, "1.000000000001"), Rounding{}); !errors.Is(err, ErrOverflow) {
		t.Error(err)
	}
	if rate(t, "0.50") != rate(t, "0.5") || rate(t, "2.50").String() != "2.5" || rate(t, "-100").String() != "-100" || rate(t, "0.000").String() != "0" {
		t.Error("one rate, one form")
	}
	for _, s := range []string{"", "5%", "1e-3", "0.0000000000001", "9223373", ".5", "1,5"} {
		if r, err := ParseRate(s); !errors.Is(err, ErrRate) {
			t.Errorf("%q was taken as %s", s, r)
		}
	}
}

func TestSharing(t *testing.T) {
	for rule, c := range map[string]struct {
		f       Fen
		weights []int64
		want    []Fen
	}{
		"the fen left over goes to the first of equals":  {100, []int64{1, 1, 1}, []Fen{34, 33, 33}},
		"the fen left over goes to the largest fraction": {100, []int64{1, 1, 4}, []Fen{17, 17, 66}},
		"who has no weight pays nothing":                 {101, []int64{1, 0, 1}, []Fen{51, 0, 50}},
		"a reversal mirrors the booking":                 {-100, []int64{1, 1, 1}, []Fen{-34, -33, -33}},
		"nothing to share":                               {0, []int64{3, 1}, []Fen{0, 0}},
		"the largest numbers there are":                  {math.MinInt64, []int64{math.MaxInt64, math.MaxInt64}, []Fen{math.MinInt64 / 2, math.MinInt64 / 2}},
		"all to one, all there is":                       {math.MinInt64, []int64{7}, []Fen{math.MinInt64}},
	} {
		t.Run(rule, func(t *testing.T) {
			if got, err := c.f.Split(c.weights); err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %v (%v), want %v", got, err, c.want)
			}
		})
	}
	for want, weights := range map[error][]int64{
		ErrNoWeight: {0, 0}, ErrNegativeWeight: {1, -1}, ErrOverflow: {math.MaxInt64, math.MaxInt64, 2},
	} {
		if _, err := Fen(1).Split(weights); !errors.Is(err, want) {
			t.Errorf("%v: %v, want %v", weights, err, want)
		}
	}
	if _, err := Fen(1).Split(nil); !errors.Is(err, ErrNoWeight) {
		t.Error(err)
	}
}

func TestSplitLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Fen(rapid.Int64().Draw(t, "fen"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, math.MaxInt64/20), 1, 20).Draw(t, "weights")
		weights[0]++
		parts, err := f.Split(weights)
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := Sum(parts...); err != nil || sum != f {
			t.Fatal(sum, err)
		}
		total := new(big.Int)
		for _, w := range weights {
			total.Add(total, big.NewInt(w))
		}
		for i, p := range parts {
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(f)), big.NewInt(weights[i])), total)
			if off := exact.Sub(exact, new(big.Rat).SetInt64(int64(p))); off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("part %d is a whole fen or more off its exact share", i)
			}
			if weights[i] == 0 && p != 0 {
				t.Fatal("no weight, no share")
			}
		}
	})
}

func TestSumsThatDoNotFitAreRefused(t *testing.T) {
	for _, c := range [][]Fen{{math.MaxInt64, 1}, {math.MinInt64, -1}} {
		if _, err := Sum(c...); !errors.Is(err, ErrOverflow) {
			t.Error(c, err)
		}
	}
	if got, err := Sum(math.MaxInt64, -1, 1); err != nil || got != math.MaxInt64 {
		t.Error(got, err)
	}
}

func TestRoundingStaysWithinOneUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		exact := big.NewRat(rapid.Int64Range(-1e15, 1e15).Draw(t, "num"), rapid.Int64Range(1, 1e9).Draw(t, "den"))
		how := Rounding{rapid.SampledFrom([]Unit{UnitFen, UnitJiao, UnitYuan}).Draw(t, "unit"), rapid.SampledFrom([]Mode{HalfUp, HalfEven, Floor, Ceil}).Draw(t, "mode")}
		got, err := Round(exact, how)
		if err != nil || int64(got)%fenPer[how.Unit] != 0 {
			t.Fatal(got, err)
		}
		off := new(big.Rat).Sub(new(big.Rat).SetInt64(int64(got)), exact)
		switch how.Mode {
		case Floor:
			off.Neg(off)
			fallthrough
		case Ceil:
			if off.Sign() < 0 || off.Cmp(big.NewRat(fenPer[how.Unit], 1)) >= 0 {
				t.Fatal(exact, got)
			}
		default:
			if off.Abs(off).Cmp(big.NewRat(fenPer[how.Unit], 2)) > 0 {
				t.Fatal(exact, got)
			}
		}
	})
}

// readUpper is an independent reading of capital numerals, for one direction of the round trip.
func readUpper(s string) (fen int64) {
	s, negative := strings.CutPrefix(s, "负")
	var total, section, digit int64
	for _, c := range s {
		if i := slices.Index([]rune("零壹贰叁肆伍陆柒捌玖"), c); i >= 0 {
			digit = int64(i)
			continue
		}
		switch c {
		case '拾', '佰', '仟':
			section += digit * map[rune]int64{'拾': 10, '佰': 100, '仟': 1000}[c]
		case '万':
			section = (section + digit) * 10_000
		case '亿':
			total, section = (total+section+digit)*100_000_000, 0
		case '元':
			total = total + section + digit
			fen, section, total = total*100, 0, 0
		case '角':
			fen += digit * 10
		case '分':
			fen += digit
		}
		digit = 0
	}
	if negative {
		return -fen
	}
	return fen
}

func TestTextFormsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Fen(rapid.Int64().Draw(t, "fen"))
		r := Rate{rapid.Int64().Draw(t, "rate")}
		if back, err := Parse(f.String()); err != nil || back != f {
			t.Fatal(f, back, err)
		}
		if back, err := Parse(strings.ReplaceAll(f.Grouped(), ",", "")); err != nil || back != f {
			t.Fatal(f, back, err)
		}
		if got := readUpper(f.Upper()); f != math.MinInt64 && got != int64(f) {
			t.Fatal(f, f.Upper(), got)
		}
		if strings.Contains(f.Upper(), "零零") {
			t.Fatal(f.Upper())
		}
		var back Rate
		v, _ := r.Value()
		if err := back.Scan(v); err != nil || back != r {
			t.Fatal(r, back, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"12.34", "-0.05", "", ".", "0.000000000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := Parse(s); err == nil {
			if back, err := Parse(got.String()); err != nil || back != got {
				t.Errorf("%q: %s", s, got)
			}
		}
		if got, err := ParseRate(s); err == nil {
			if back, err := ParseRate(got.String()); err != nil || back != got {
				t.Errorf("%q: %s", s, got)
			}
		}
	})
}
