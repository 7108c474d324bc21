package formula

import (
	"math/big"
)

// value is a number, or for a logical node a truth.
type value struct {
	n  *big.Rat
	is bool
}

type node interface {
	eval(map[string]*big.Rat) (value, error)
	logical() bool
}

type (
	literal struct{ n *big.Rat }
	name    struct {
		name string
		at   int
	}
	binary struct {
		op   string
		at   int
		l, r node
	}
	choice struct{ cond, yes, no node }
	call   struct {
		name string
		at   int
		fn   func([]*big.Rat) *big.Rat // nil: not for these numbers
		args []node
	}
)

func (*literal) logical() bool { return false }
func (*name) logical() bool    { return false }
func (*choice) logical() bool  { return false }
func (*call) logical() bool    { return false }
func (b *binary) logical() bool {
	return b.op != "+" && b.op != "-" && b.op != "*" && b.op != "/"
}

func (l *literal) eval(map[string]*big.Rat) (value, error) { return value{n: l.n}, nil }

func (n *name) eval(values map[string]*big.Rat) (value, error) {
	v := values[n.name]
	if v == nil {
		return value{}, &Error{Missing, n.at, n.name}
	}
	return bounded(v, n.at, n.name)
}

// eval of a choice computes only the branch that is taken: the other may divide by zero.
func (c *choice) eval(values map[string]*big.Rat) (value, error) {
	cond, err := c.cond.eval(values)
	if err != nil {
		return value{}, err
	}
	if cond.is {
		return c.yes.eval(values)
	}
	return c.no.eval(values)
}

func (b *binary) eval(values map[string]*big.Rat) (value, error) {
	l, err := b.l.eval(values)
	if err != nil {
		return value{}, err
	}
	if b.op == "and" && !l.is || b.op == "or" && l.is {
		return l, nil
	}
	r, err := b.r.eval(values)
	if err != nil {
		return value{}, err
	}
	switch b.op {
	case "and", "or":
		return r, nil
	case "+":
		return bounded(new(big.Rat).Add(l.n, r.n), b.at, b.op)
	case "-":
		return bounded(new(big.Rat).Sub(l.n, r.n), b.at, b.op)
	case "*":
		return bounded(new(big.Rat).Mul(l.n, r.n), b.at, b.op)
	case "/":
		if r.n.Sign() == 0 {
			return value{}, &Error{DivideByZero, b.at, b.op}
		}
		return bounded(new(big.Rat).Quo(l.n, r.n), b.at, b.op)
	}
	return value{is: compared(b.op, l.n.Cmp(r.n))}, nil
}

func compared(op string, cmp int) bool {
	switch op {
	case "<":
		return cmp < 0
	case "<=":
		return cmp <= 0
	case ">":
		return cmp > 0
	case ">=":
		return cmp >= 0
	case "=":
		return cmp == 0
	}
	return cmp != 0
}

func (c *call) eval(values map[string]*big.Rat) (value, error) {
	args := make([]*big.Rat, len(c.args))
	for i, a := range c.args {
		v, err := a.eval(values)
		if err != nil {
			return value{}, err
		}
		args[i] = v.n
	}
	n := c.fn(args)
	if n == nil {
		return value{}, &Error{Arguments, c.at, c.name}
	}
	return bounded(n, c.at, c.name)
}

// bounded refuses what grew too large to be a quantity or an amount.
func bounded(n *big.Rat, at int, what string) (value, error) {
	if n.Num().BitLen() > mostBits || n.Denom().BitLen() > mostBits {
		return value{}, &Error{Overflow, at, what}
	}
	return value{n: n}, nil
}

var functions = map[string]struct {
	least, most int
	fn          func([]*big.Rat) *big.Rat
}{
	"min":   {2, 10, func(a []*big.Rat) *big.Rat { return extreme(a, -1) }},
	"max":   {2, 10, func(a []*big.Rat) *big.Rat { return extreme(a, 1) }},
	"floor": {1, 1, func(a []*big.Rat) *big.Rat { return floor(a[0]) }},
	"ceil":  {1, 1, func(a []*big.Rat) *big.Rat { return neg(floor(neg(a[0]))) }},
	"abs":   {1, 1, func(a []*big.Rat) *big.Rat { return new(big.Rat).Abs(a[0]) }},
	"round": {1, 2, round},
}

func extreme(list []*big.Rat, sign int) *big.Rat {
	best := list[0]
	for _, n := range list[1:] {
		if n.Cmp(best) == sign {
			best = n
		}
	}
	return best
}

func floor(n *big.Rat) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Div(n.Num(), n.Denom())) // denominators are positive, so Div is the floor
}

func neg(n *big.Rat) *big.Rat { return new(big.Rat).Neg(n) }

// round goes half away from zero (FAR-01), to no or up to six places.
func round(args []*big.Rat) *big.Rat {
	scale := new(big.Rat).SetInt64(1)
	if len(args) == 2 {
		places := args[1]
		if !places.IsInt() || places.Sign() < 0 || places.Cmp(new(big.Rat).SetInt64(6)) > 0 {
			return nil
		}
		scale.SetInt(new(big.Int).Exp(big.NewInt(10), places.Num(), nil))
	}
	n := new(big.Rat).Mul(new(big.Rat).Abs(args[0]), scale)
	n = floor(n.Add(n, big.NewRat(1, 2)))
	n.Quo(n, scale)
	if args[0].Sign() < 0 {
		n.Neg(n)
	}
	return n
}
