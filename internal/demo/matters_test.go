package demo

import (
	"strings"
	"testing"

	"guanjia/internal/ticket"
)

// What is told of an ordinary matter must not sound like an emergency: opening it would be refused (TIC-12).
func TestNoOrdinaryMatterSoundsLikeAnEmergency(t *testing.T) {
	for _, m := range matters {
		if !strings.ContainsAny(m.grades, "BC") {
			continue
		}
		for _, words := range m.told {
			if c, forced := ticket.ForcedBy(m.title + "\n" + words); forced {
				t.Errorf("%s, %q sounds like %s", m.title, words, c.ID)
			}
		}
	}
}
