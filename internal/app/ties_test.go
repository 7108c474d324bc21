package app

import (
	"regexp"
	"slices"
	"testing"

	"guanjia/internal/migrations"
	"guanjia/internal/platform/i18n"
)

// A room is deleted only where nothing hangs on it, and the refusal says what does (HOU-01).
func TestEveryTableThatNamesARoomKeepsItFromBeingDeleted(t *testing.T) {
	// What goes with the room, or names it without needing it.
	without := []string{"parcel_room"}
	table := regexp.MustCompile(`(?s)CREATE TABLE (\w+) \(([^;]*?\broom_id BIGINT\b[^;]*)\);`)
	files, err := migrations.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, f := range files {
		raw, err := migrations.Files.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range table.FindAllStringSubmatch(string(raw), -1) {
			found++
			if !slices.Contains(ties, m[1]) && !slices.Contains(without, m[1]) {
				t.Errorf("%s: rows of %s hang on rooms; add it to ties, with a text housing.tie.%s", f.Name(), m[1], m[1])
			}
		}
	}
	if found < len(ties) {
		t.Errorf("only %d tables that name rooms were found", found)
	}
	for _, tie := range append([]string{"unit", "room", "staff_area"}, ties...) {
		if !i18n.Has("housing.tie." + tie) {
			t.Errorf("there is no text for housing.tie.%s", tie)
		}
	}
}
