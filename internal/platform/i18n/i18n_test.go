package i18n

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestBothLanguagesSayTheSame(t *testing.T) {
	zh, en := catalogue()[Chinese], catalogue()[English]
	if len(zh) == 0 {
		t.Fatal("no texts")
	}
	for _, code := range slices.Sorted(maps.Keys(zh)) {
		if _, ok := en[code]; !ok {
			t.Errorf("%s has no English text", code)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(en)) {
		if _, ok := zh[code]; !ok {
			t.Errorf("%s has no Chinese text", code)
		}
		if a, b := holes(zh[code]), holes(en[code]); !slices.Equal(a, b) {
			t.Errorf("%s: placeholders %v in Chinese, %v in English", code, a, b)
		}
		for lang, text := range map[string]string{Chinese: zh[code], English: en[code]} {
			if rest := placeholder.ReplaceAllString(text, ""); strings.TrimSpace(text) == "" || strings.ContainsAny(rest, "{}<>") {
				t.Errorf("%s: %s text %q", code, lang, text)
			}
		}
	}
}

func holes(text string) (out []string) {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return out
}

// A code that a domain declares and nobody put into words would reach people as it is.
func TestEveryErrorOfTheProgramHasItsText(t *testing.T) {
	declared, found := regexp.MustCompile(`(?:errs\.New\(\s*(?:errs\.)?[A-Z]\w*,\s*|errs\.Field\{[^}]*Code: |\.Add\([^,\n]+, )"([a-z_.]+)"`), 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range declared.FindAllStringSubmatch(string(source), -1) {
			if found++; !Has(m[1]) {
				t.Errorf("%s declares %s, which zh.yaml and en.yaml do not have", path, m[1])
			}
		}
		return err
	})
	if err != nil || found < 10 {
		t.Error(found, err)
	}
}

func TestTexts(t *testing.T) {
	params := map[string]any{"label": "9-9-999"}
	for _, c := range []struct{ lang, code, want string }{
		{Chinese, "housing.room_unknown", "没有“9-9-999”这套房"},
		{English, "housing.room_unknown", "No room “9-9-999” here"},
		{"fr", "housing.room_unknown", "没有“9-9-999”这套房"},
		{Chinese, "no.such_code", "no.such_code"},
	} {
		if got := Text(c.lang, c.code, params); got != c.want {
			t.Errorf("%s %s: %q", c.lang, c.code, got)
		}
	}
	if got := Text(English, "housing.room_unknown", nil); got != "No room “” here" {
		t.Errorf("a missing parameter: %q", got)
	}
	if got := Text(English, "housing.room_unknown", map[string]any{"label": strings.Repeat("长", 500)}); len([]rune(got)) > 160 {
		t.Errorf("a long parameter: %q", got)
	}
	if got := Text(English, "housing.room_unknown", map[string]any{"label": "{label}"}); got != "No room “{label}” here" {
		t.Errorf("what somebody typed is no placeholder: %q", got)
	}
}

func TestTheLanguageOfTheBrowserIsTaken(t *testing.T) {
	for header, want := range map[string]string{
		"": Chinese, "*": Chinese, "fr": Chinese, "zh-CN,zh;q=0.9,en;q=0.8": Chinese, "en-US,en;q=0.9,zh-CN;q=0.8": English, "en": English, "EN-gb": English,
		"fr,en;q=0.5": English, "en;q=0.5, zh;q=0.7": Chinese, "en;q=0": Chinese, "en;q=x": Chinese, "en;q=9": Chinese, "zh-TW": Chinese, strings.Repeat("fr,", 50) + "en": Chinese,
	} {
		if got := Lang(header); got != want {
			t.Errorf("%.40q: %s, want %s", header, got, want)
		}
	}
}

func FuzzLang(f *testing.F) {
	f.Add("zh-CN,zh;q=0.9,en;q=0.8")
	f.Fuzz(func(t *testing.T, header string) {
		if l := Lang(header); l != Chinese && l != English {
			t.Error(l)
		}
	})
}
