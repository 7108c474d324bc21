package formula

import (
	"math/big"
	"slices"
	"strings"
)

type kind int

const (
	end kind = iota
	number
	word
	sign // an operator, parenthesis or comma
)

type token struct {
	kind kind
	text string
	at   int
}

// What a Chinese keyboard gives for the same sign.
var plain = map[rune]string{
	'（': "(", '）': ")", '，': ",", '＋': "+", '－': "-", '−': "-", '×': "*", '＊': "*", '÷': "/", '／': "/",
	'＜': "<", '＞': ">", '＝': "=", '≤': "<=", '≥': ">=", '≠': "<>",
}

type parser struct {
	text  []rune
	known []string
	pos   int // of the next character
	tok   token
	depth int
	names []*name
}

func newParser(text string, known []string) (*parser, error) {
	p := &parser{text: []rune(text), known: known}
	if len(p.text) > MostLength {
		return nil, &Error{Code: TooLong, At: MostLength + 1}
	}
	return p, p.next()
}

func (p *parser) wrong(c Code) *Error { return &Error{c, p.tok.at, p.tok.text} }

func (p *parser) next() error {
	for p.pos < len(p.text) && (strings.ContainsRune(" \t\r\n\u3000", p.text[p.pos])) {
		p.pos++
	}
	p.tok = token{end, "", p.pos + 1}
	if p.pos == len(p.text) {
		return nil
	}
	c := p.text[p.pos]
	switch {
	case digit(c):
		p.tok.kind = number
		p.take(func(c rune) bool { return digit(c) || c == '.' })
	case letter(c):
		p.tok.kind = word
		p.take(func(c rune) bool { return letter(c) || digit(c) })
	default:
		p.tok.kind, p.tok.text = sign, string(c)
		if ascii, ok := plain[c]; ok {
			p.tok.text = ascii
		}
		p.pos++
		if len(p.tok.text) == 1 && p.pos < len(p.text) {
			if two := p.tok.text + string(p.text[p.pos]); slices.Contains([]string{"<=", ">=", "<>"}, two) {
				p.tok.text = two
				p.pos++
			}
		}
		if !strings.Contains(" + - * / ( ) , < > = <= >= <> ", " "+p.tok.text+" ") {
			return p.wrong(Syntax)
		}
	}
	return nil
}

func (p *parser) take(while func(rune) bool) {
	from := p.pos
	for p.pos < len(p.text) && while(p.text[p.pos]) {
		p.pos++
	}
	p.tok.text = string(p.text[from:p.pos])
}

func digit(c rune) bool { return c >= '0' && c <= '9' }

func letter(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

// is reports whether the token is one of some signs or words.
func (p *parser) is(texts ...string) bool {
	return (p.tok.kind == sign || p.tok.kind == word) && slices.Contains(texts, p.tok.text)
}

func (p *parser) expect(text string) error {
	if !p.is(text) {
		return p.wrong(Syntax)
	}
	return p.next()
}

// either, both, comparison, sum, product, factor: the weaker binding the earlier.
func (p *parser) either() (node, error) { return p.chain(p.both, true, "or") }
func (p *parser) both() (node, error)   { return p.chain(p.comparison, true, "and") }
func (p *parser) sum() (node, error)    { return p.chain(p.product, false, "+", "-") }
func (p *parser) product() (node, error) {
	return p.chain(p.factor, false, "*", "/")
}

// chain reads operands of one kind, joined from left to right.
func (p *parser) chain(operand func() (node, error), logical bool, signs ...string) (node, error) {
	left, err := operand()
	for err == nil && p.is(signs...) {
		op, at := p.tok.text, p.tok.at
		if left.logical() != logical {
			return nil, &Error{Kind, at, op}
		}
		if err = p.next(); err != nil {
			return nil, err
		}
		var right node
		if right, err = operand(); err != nil {
			return nil, err
		}
		if right.logical() != logical {
			return nil, &Error{Kind, at, op}
		}
		left = &binary{op, at, left, right}
	}
	return left, err
}

// comparison compares once: a < b < c means nothing.
func (p *parser) comparison() (node, error) {
	left, err := p.sum()
	if err != nil || !p.is("<", "<=", ">", ">=", "=", "<>") {
		return left, err
	}
	op, at := p.tok.text, p.tok.at
	if err := p.next(); err != nil {
		return nil, err
	}
	right, err := p.sum()
	if err != nil {
		return nil, err
	}
	if left.logical() || right.logical() {
		return nil, &Error{Kind, at, op}
	}
	return &binary{op, at, left, right}, nil
}

func (p *parser) factor() (node, error) {
	if p.depth++; p.depth > MostDepth {
		return nil, p.wrong(TooDeep)
	}
	defer func() { p.depth-- }()
	t := p.tok
	switch {
	case p.is("-"):
		if err := p.next(); err != nil {
			return nil, err
		}
		x, err := p.factor()
		if err == nil && x.logical() {
			err = &Error{Kind, t.at, "-"}
		}
		if err != nil {
			return nil, err
		}
		return &binary{"-", t.at, &literal{new(big.Rat)}, x}, nil
	case p.is("("):
		if err := p.next(); err != nil {
			return nil, err
		}
		x, err := p.either()
		if err != nil {
			return nil, err
		}
		return x, p.expect(")")
	case t.kind == number:
		return p.literal()
	case t.kind == word && !p.is("and", "or"):
		if err := p.next(); err != nil {
			return nil, err
		}
		if p.is("(") {
			return p.call(t)
		}
		if !slices.Contains(p.known, t.text) {
			return nil, &Error{Unknown, t.at, t.text}
		}
		n := &name{t.text, t.at}
		p.names = append(p.names, n)
		return n, nil
	}
	return nil, p.wrong(Syntax)
}

func (p *parser) literal() (node, error) {
	whole, part, point := strings.Cut(p.tok.text, ".")
	if whole == "" || point && part == "" || strings.Contains(part, ".") || len(whole) > 15 || len(part) > 12 {
		return nil, p.wrong(Syntax)
	}
	n, ok := new(big.Rat).SetString(p.tok.text)
	if !ok {
		return nil, p.wrong(Syntax)
	}
	return &literal{n}, p.next()
}

// call reads the arguments of a function whose name was read.
func (p *parser) call(t token) (node, error) {
	f, ok := functions[t.text]
	if !ok && t.text != "if" {
		return nil, &Error{Unknown, t.at, t.text}
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	var args []node
	for !p.is(")") || len(args) > 0 {
		arg, err := p.either()
		if err != nil {
			return nil, err
		}
		if arg.logical() != (t.text == "if" && len(args) == 0) {
			return nil, &Error{Kind, t.at, t.text}
		}
		args = append(args, arg)
		if !p.is(",") {
			break
		}
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	if err := p.expect(")"); err != nil {
		return nil, err
	}
	if t.text == "if" {
		if len(args) != 3 {
			return nil, &Error{Arguments, t.at, "if"}
		}
		return &choice{args[0], args[1], args[2]}, nil
	}
	if len(args) < f.least || len(args) > f.most {
		return nil, &Error{Arguments, t.at, t.text}
	}
	return &call{t.text, t.at, f.fn, args}, nil
}
