// Package formula computes the small expressions of charge items (BIL-03):
//
//	area * 2.5 * months
//	if(floor <= 2, 0, max(reading - 10, 0) * 0.8 + round(share / people, 2))
//
// Numbers are exact, there are no loops and no names but the variables given,
// and length, depth and size are bounded: whoever may edit a tariff cannot stop
// the program with one. A mistake is refused with its place; none becomes 0.
package formula

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// The bounds.
const (
	MostLength = 500 // characters of a formula
	MostDepth  = 40  // of parentheses, functions and signs
	mostBits   = 512 // of numerator and denominator of every result
)

// Code says what is wrong.
type Code string

// What can be wrong with a formula; the last three show when it is computed.
const (
	Syntax       Code = "syntax"
	Unknown      Code = "unknown_name"
	Arguments    Code = "arguments" // a function with too few or too many
	Kind         Code = "kind"      // a comparison where a number must stand, or the other way round
	TooLong      Code = "too_long"
	TooDeep      Code = "too_deep"
	DivideByZero Code = "divide_by_zero"
	Overflow     Code = "overflow"
	Missing      Code = "missing_value" // a variable that has no value here
)

// Error is a mistake and where it stands.
type Error struct {
	Code Code
	At   int    // the character, from 1
	What string // the name or sign in question, if there is one
}

func (e *Error) Error() string {
	return strings.TrimSuffix(fmt.Sprintf("formula, character %d: %s %s", e.At, e.Code, e.What), " ")
}

// Variables are what a formula may name, all of them about one room and one bill.
var Variables = []string{
	"area",    // ㎡, building or inner as the item says
	"months",  // of the line; parts of a month are fractions
	"days",    // of the line
	"reading", // usage between two readings
	"share",   // the room's part of a public cost, yuan
	"floor",   // the room's; basements are negative
	"people",  // who live there
	"arrears", // what is open of earlier lines of the item, yuan
	"price",   // of the tariff version, yuan
}

// Expr is a formula that was read.
type Expr struct {
	text  string
	root  node
	names []*name
}

// Parse reads a formula whose names are all in known.
func Parse(text string, known []string) (*Expr, error) {
	p, err := newParser(text, known)
	if err != nil {
		return nil, err
	}
	root, err := p.either()
	if err != nil {
		return nil, err
	}
	if p.tok.kind != end {
		return nil, p.wrong(Syntax)
	}
	if root.logical() {
		return nil, &Error{Code: Kind, At: 1}
	}
	return &Expr{text, root, p.names}, nil
}

// Names are the variables the formula uses, each once.
func (e *Expr) Names() []string {
	var out []string
	for _, n := range e.names {
		out = append(out, n.name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Eval computes the formula.
func (e *Expr) Eval(values map[string]*big.Rat) (*big.Rat, error) {
	v, err := e.root.eval(values)
	return v.n, err
}

// With is the formula with the numbers in the places of the names (BIL-07).
func (e *Expr) With(values map[string]*big.Rat, show func(*big.Rat) string) string {
	runes, out, last := []rune(e.text), strings.Builder{}, 0
	sorted := slices.SortedFunc(slices.Values(e.names), func(a, b *name) int { return a.at - b.at })
	for _, n := range sorted {
		v, ok := values[n.name]
		if !ok {
			continue
		}
		text := show(v)
		if v.Sign() < 0 {
			text = "(" + text + ")"
		}
		out.WriteString(string(runes[last:n.at-1]) + text)
		last = n.at - 1 + len([]rune(n.name))
	}
	out.WriteString(string(runes[last:]))
	return out.String()
}
