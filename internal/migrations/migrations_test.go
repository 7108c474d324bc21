package migrations_test

import (
	"regexp"
	"strings"
	"testing"

	"guanjia/internal/migrations"
)

// unfilled is a new column that must have a value and has no default.
var unfilled = regexp.MustCompile(`(?i)ADD COLUMN [^;]*NOT NULL(?:[^;D]|D(?:[^E;]))*;`)

// OPS-02: the previous version still runs while the new one starts. It knows
// nothing of new columns, and still needs the old ones as they were.
func TestThePreviousVersionCanGoOn(t *testing.T) {
	files, err := migrations.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	banned := map[string]*regexp.Regexp{
		"takes away what the previous version reads":  regexp.MustCompile(`(?i)\bDROP (TABLE|COLUMN|VIEW)\b`),
		"calls something by another name":             regexp.MustCompile(`(?i)\bRENAME\b`),
		"changes a column under the previous version": regexp.MustCompile(`(?i)\bALTER COLUMN\b`),
		"runs backwards": regexp.MustCompile(`(?i)\bDOWN\b`),
		"adds a column that the previous version does not fill":  unfilled,
		"adds a unique key over rows that may break it already":  regexp.MustCompile(`(?i)ADD CONSTRAINT`),
		"is written for one engine":                              regexp.MustCompile(`(?i)\b(SERIAL|AUTOINCREMENT|JSONB|TIMESTAMPTZ?|ENGINE)\b`),
		"needs PostgreSQL to rewrite or lock a table for longer": regexp.MustCompile(`(?i)\b(CLUSTER|VACUUM|REINDEX)\b`),
	}
	last := ""
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".sql") {
			continue
		}
		raw, err := migrations.Files.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if number := f.Name()[:4]; number <= last {
			t.Errorf("%s has a number that is taken", f.Name())
		} else {
			last = number
		}
		text := regexp.MustCompile(`--[^\n]*`).ReplaceAllString(forBoth(string(raw)), "")
		for why, form := range banned {
			if found := form.FindString(text); found != "" {
				t.Errorf("%s %s: %.120s", f.Name(), why, found)
			}
		}
	}
	if last < "0013" {
		t.Errorf("only %s files", last)
	}
}

// forBoth leaves out what harms no previous version: on SQLite there is one
// program at a time, and a column that may be empty refuses nobody's rows.
func forBoth(raw string) string {
	var kept []string
	for stmt := range strings.SplitSeq(raw, ";\n") {
		if !strings.Contains(stmt, "-- only sqlite\n") && !strings.HasSuffix(stmt, " DROP NOT NULL") {
			kept = append(kept, stmt)
		}
	}
	return strings.Join(kept, ";\n")
}

func TestTheBannedAreRecognised(t *testing.T) {
	for text, bad := range map[string]bool{
		"ALTER TABLE a ADD COLUMN b TEXT NOT NULL;": true, "ALTER TABLE a ADD COLUMN b TEXT NOT NULL DEFAULT '';": false, "ALTER TABLE a ADD COLUMN b BIGINT;": false,
	} {
		if unfilled.MatchString(text) != bad {
			t.Errorf("%s: %v", text, !bad)
		}
	}
}
