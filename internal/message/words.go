package message

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/mail"
)

//go:embed words.yaml
var wordsFile []byte

// lines is one text, or the lines of a letter.
type lines []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (l *lines) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*l = lines{n.Value}
		return nil
	}
	return n.Decode((*[]string)(l))
}

var words = sync.OnceValue(func() map[string]map[string]lines {
	all := map[string]map[string]lines{}
	if err := yaml.Unmarshal(wordsFile, &all); err != nil {
		panic(err) // part of the program and under test
	}
	return all
})

// facts fill what stands in braces.
type facts map[string]string

var hole = regexp.MustCompile(`\{([a-z]+)\}`)

// said returns the lines of a key; one that lacks a fact is left out.
func said(lang, key string, f facts) (out []string) {
	texts, ok := words()[lang]
	if !ok {
		texts = words()["zh"]
	}
	for _, line := range texts[key] {
		whole := true
		line = hole.ReplaceAllStringFunc(line, func(h string) string {
			v := f[h[1:len(h)-1]]
			whole = whole && v != ""
			return v
		})
		if whole {
			out = append(out, line)
		}
	}
	return out
}

func word(lang, key string, f facts) string { return strings.Join(said(lang, key, f), "") }

// shown is an instant as people say it: the day only when it is another one.
func shown(lang string, at, now clock.Instant, zone *time.Location) string {
	t := at.In(zone)
	if clock.DayOf(at, zone) == clock.DayOf(now, zone) {
		return t.Format("15:04")
	}
	if lang == "en" {
		return t.Format("2 Jan 15:04")
	}
	return fmt.Sprintf("%d月%d日 %s", t.Month(), t.Day(), t.Format("15:04"))
}

// story is what a message says.
type story struct {
	lang        string
	title, line string
	more        []string // in letters only
	path        string   // of the page it opens
	tag         string   // a later one of the same replaces it
	foot        []string
	files       []mail.File // in letters only
}

// payload is what a service worker shows.
func (s story) payload() ([]byte, error) {
	return json.Marshal(map[string]string{"title": s.title, "body": s.line, "url": s.path, "tag": s.tag, "lang": s.lang})
}

// text and page are the two forms of a letter; site is where links lead, "" for nowhere.
func (s story) text(site string) string {
	all := append([]string{word(s.lang, "hello", nil), "", s.line}, s.more...)
	if site != "" && s.path != "" {
		all = append(all, "", word(s.lang, "open", nil)+" "+site+s.path)
	}
	return strings.Join(append(append(all, "", "--"), s.foot...), "\n") + "\n"
}

func (s story) page(site string) string {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="` + s.lang + `"><meta charset="utf-8"><body style="font:16px/1.6 sans-serif;color:#1f2328;max-width:36em;margin:0 auto;padding:16px">`)
	paragraph := func(style, text string) {
		b.WriteString(`<p` + style + `>` + strings.ReplaceAll(html.EscapeString(text), "\n", "<br>") + `</p>`)
	}
	paragraph("", word(s.lang, "hello", nil))
	paragraph(` style="font-size:18px"`, s.line)
	for _, m := range s.more {
		paragraph("", m)
	}
	if site != "" && s.path != "" {
		b.WriteString(`<p><a href="` + html.EscapeString(site+s.path) + `">` + html.EscapeString(word(s.lang, "open", nil)) + `</a></p>`)
	}
	b.WriteString(`<hr style="border:0;border-top:1px solid #d0d7de">`)
	for _, f := range s.foot {
		paragraph(` style="font-size:13px;color:#57606a"`, f)
	}
	b.WriteString(`</body></html>`)
	return b.String()
}
