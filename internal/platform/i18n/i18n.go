// Package i18n holds the texts of problems the server tells people, in Chinese
// and English, by error code. What a person reads on a screen otherwise is the
// business of the faces.
package i18n

import (
	"embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// The languages there are.
const (
	Chinese = "zh"
	English = "en"
)

//go:embed zh.yaml en.yaml
var files embed.FS

var placeholder = regexp.MustCompile(`\{([a-zA-Z][a-zA-Z0-9]*)\}`)

// catalogue maps a language to its texts by code.
var catalogue = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, lang := range []string{Chinese, English} {
		raw, err := files.ReadFile(lang + ".yaml")
		if err != nil {
			panic(err) // part of the program and under test
		}
		texts := map[string]string{}
		if err := yaml.Unmarshal(raw, &texts); err != nil {
			panic(err)
		}
		all[lang] = texts
	}
	return all
})

// Text returns the text of an error code with its {placeholders} filled from
// params. A language that is not there gives Chinese, a code without text the
// code itself, a missing parameter nothing in its place.
func Text(lang, code string, params map[string]any) string {
	texts, ok := catalogue()[lang]
	if !ok {
		texts = catalogue()[Chinese]
	}
	text, ok := texts[code]
	if !ok {
		return code
	}
	return placeholder.ReplaceAllStringFunc(text, func(hole string) string {
		v, ok := params[hole[1:len(hole)-1]]
		if !ok {
			return ""
		}
		return shorten(fmt.Sprint(v))
	})
}

// Has reports whether code has a text.
func Has(code string) bool { _, ok := catalogue()[Chinese][code]; return ok }

// longest keeps what somebody typed from filling a message.
const longest = 120

func shorten(s string) string {
	if runes := []rune(s); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return s
}

// Lang picks the language from an Accept-Language header: the one of ours that
// is liked best, the first among equals; Chinese if none is named.
func Lang(header string) string {
	best, weight := Chinese, 0.0
	for i, item := range strings.Split(header, ",") {
		if i == 20 {
			break
		}
		tag, rest, _ := strings.Cut(item, ";")
		base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		q := 1.0
		if text, ok := strings.CutPrefix(strings.TrimSpace(rest), "q="); ok {
			n, err := strconv.ParseFloat(text, 64)
			if err != nil || n < 0 || n > 1 {
				continue
			}
			q = n
		}
		if (base == Chinese || base == English) && q > weight {
			best, weight = base, q
		}
	}
	return best
}

// Named is the name that people gave something, in a language, if it has one there.
func Named(lang, name, english string) string {
	if lang == English && english != "" {
		return english
	}
	return name
}
