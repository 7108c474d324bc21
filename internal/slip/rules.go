package slip

import (
	"bytes"
	_ "embed"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"guanjia/internal/customer"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

//go:embed forms.yaml
var formsFile []byte

// Form is one version of a form.
type Form struct {
	ID      string  `yaml:"id" json:"id"`
	Version int64   `yaml:"version" json:"version"`
	Zh      string  `yaml:"zh" json:"zh"`
	En      string  `yaml:"en" json:"en"`
	Series  string  `yaml:"series" json:"-"` // letters before its own numbers
	Fields  []Field `yaml:"fields" json:"fields"`
}

// Field is a line of a form.
type Field struct {
	ID       string   `yaml:"id" json:"id"`
	Zh       string   `yaml:"zh" json:"zh"`
	En       string   `yaml:"en" json:"en"`
	Type     string   `yaml:"type" json:"type" enum:"text,number,money,day,time,choice,ref,sign" doc:"ref: read from the ticket; sign: a picture of the ticket; neither is typed"`
	From     string   `yaml:"from" json:"from,omitempty" doc:"what the ticket proposes, or what stands there if it is a ref"`
	Must     bool     `yaml:"must" json:"must,omitempty" doc:"a form without it is not kept"`
	Long     bool     `yaml:"long" json:"long,omitempty" doc:"several lines of text"`
	Most     int      `yaml:"most" json:"most,omitempty" doc:"characters at most"`
	Personal bool     `yaml:"personal" json:"-"` // masked like a customer's name
	Keeper   bool     `yaml:"keeper" json:"keeper,omitempty" doc:"of a sign: by the storekeeper, not by the customer"`
	Paper    bool     `yaml:"paper" json:"-"` // kind and last four digits of an identity paper, no more
	Choices  []Choice `yaml:"choices" json:"choices,omitempty"`
}

// Choice is one of the answers of a line.
type Choice struct {
	ID string `yaml:"id" json:"id"`
	Zh string `yaml:"zh" json:"zh"`
	En string `yaml:"en" json:"en"`
}

const usualMost = 500

// Forms lists the forms, every version of each, the latest of a form last.
var Forms = sync.OnceValue(func() []Form {
	var file struct {
		Forms []Form `yaml:"forms"`
	}
	d := yaml.NewDecoder(bytes.NewReader(formsFile))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		panic(err) // part of the program and under test
	}
	for _, f := range file.Forms {
		for i := range f.Fields {
			if f.Fields[i].Most == 0 {
				f.Fields[i].Most = usualMost
			}
		}
	}
	return file.Forms
})

// current is the latest version of a form.
func current(id string) (f Form, known bool) {
	for _, have := range Forms() {
		if have.ID == id && have.Version > f.Version {
			f, known = have, true
		}
	}
	return f, known
}

// edition is a version of a form that was used.
func edition(id string, version int64) (Form, bool) {
	for _, have := range Forms() {
		if have.ID == id && have.Version == version {
			return have, true
		}
	}
	return Form{}, false
}

// typed are the lines of a form that people fill in.
func (f Form) typed() (out []Field) {
	for _, l := range f.Fields {
		if l.Type != "ref" && l.Type != "sign" {
			out = append(out, l)
		}
	}
	return out
}

func (f Form) field(id string) (Field, bool) {
	for _, have := range f.typed() {
		if have.ID == id {
			return have, true
		}
	}
	return Field{}, false
}

// checked says what is wrong line by line, and gives the lines in the order of
// the form, each in its one written form; what is empty is left out.
func (f Form) checked(in []Line) ([]Line, error) {
	var wrong errs.Fields
	given := map[string]string{}
	for i, l := range in {
		at := "lines[" + strconv.Itoa(i) + "].value"
		field, known := f.field(l.Field)
		if _, twice := given[l.Field]; !known || twice {
			wrong.Add("lines["+strconv.Itoa(i)+"].field", "slip.field", nil)
			continue
		}
		before := len(wrong)
		value := field.read(&wrong, at, l.Value)
		if len(wrong) == before && value == "" && field.Must {
			wrong.Add(at, "required", nil)
		}
		given[l.Field] = value
	}
	var out []Line
	for _, field := range f.Fields {
		value, told := given[field.ID]
		if !told && field.Must {
			wrong.Add("lines."+field.ID, "required", nil)
		}
		if value != "" {
			out = append(out, Line{field.ID, value})
		}
	}
	if len(out) == 0 && len(wrong) == 0 {
		wrong.Add("lines", "slip.empty", nil)
	}
	return out, wrong.Err()
}

// misread is what is told of a line that is not of its type.
var misread = map[string]string{"number": "slip.number", "money": "slip.money", "day": "slip.day", "time": "slip.time", "choice": "slip.choice"}

var (
	quantity = regexp.MustCompile(`^\d{1,9}(\.\d{1,3})?$`)
	paper    = regexp.MustCompile(`\d[\dXx -]{6,}`)
)

// read is what was typed in a line, in its one written form.
func (f Field) read(wrong *errs.Fields, at, typed string) string {
	before := len(*wrong)
	if wrong.Words(at, &typed, f.Most, false); typed == "" || len(*wrong) > before {
		return ""
	}
	switch f.Type {
	case "number":
		if quantity.MatchString(typed) {
			return typed
		}
	case "money":
		if fen, err := money.Parse(typed); err == nil && fen >= 0 {
			return fen.String()
		}
	case "day":
		if day, err := clock.ParseDay(typed); err == nil {
			return day.String()
		}
	case "time":
		if i, err := clock.ParseInstant(typed); err == nil {
			return i.String()
		}
	case "choice":
		for _, c := range f.Choices {
			if c.ID == typed {
				return typed
			}
		}
	default:
		if !f.Long && strings.ContainsAny(typed, "\n\t") {
			typed = strings.Join(strings.Fields(typed), " ")
		}
		if !f.Paper || !paper.MatchString(typed) {
			return typed
		}
		wrong.Add(at, "slip.paper", nil)
		return ""
	}
	wrong.Add(at, misread[f.Type], nil)
	return ""
}

// says reports whether what stands on a line says that it was done: "no" and "none" do not.
func (f Field) says(value string) bool {
	return value != "" && (f.Type != "choice" || value != "no" && value != "none")
}

// answered are the lines of a slip that say that something was done; "" is the form itself.
func (f Form) answered(lines []Line, signed bool) []string {
	out := []string{""}
	for _, l := range lines {
		if field, known := f.field(l.Field); known && field.says(l.Value) {
			out = append(out, l.Field)
		}
	}
	for _, field := range f.Fields {
		if field.Type == "sign" && signed {
			out = append(out, field.ID)
		}
	}
	return out
}

// shown are lines as far as who may see names of people.
func (f Form) shown(lines []Line, see customer.Sight) []Line {
	out := make([]Line, len(lines))
	for i, l := range lines {
		if field, _ := f.field(l.Field); field.Personal {
			l.Value = see.Name(l.Value, false)
		}
		out[i] = l
	}
	return out
}

// unmasked puts back what somebody who corrects a slip saw masked and left as it was.
func (f Form) unmasked(in, kept []Line, see customer.Sight) []Line {
	masked := f.shown(kept, see)
	out := append([]Line{}, in...)
	for i, l := range out {
		for j, m := range masked {
			if m == l {
				out[i] = kept[j]
			}
		}
	}
	return out
}

// forgotten are lines without the people who stand there.
func (f Form) forgotten(lines []Line) []Line {
	out := append([]Line{}, lines...)
	for i, l := range out {
		if field, _ := f.field(l.Field); field.Personal {
			out[i].Value = customer.ErasedName
		}
	}
	return out
}
