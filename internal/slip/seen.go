package slip

import (
	"context"

	"guanjia/internal/platform/db"
	"guanjia/internal/procedure"
	"guanjia/internal/ticket"
)

// Asked are the forms, with their lines, that a step of a procedure may ask for.
func Asked() (out []procedure.Form) {
	for _, f := range Forms() {
		latest, _ := current(f.ID)
		if latest.Version != f.Version {
			continue
		}
		k := procedure.Form{ID: f.ID, Zh: f.Zh, En: f.En, Lines: []procedure.FormLine{}}
		for _, l := range f.Fields {
			if l.Type != "ref" {
				k.Lines = append(k.Lines, procedure.FormLine{ID: l.ID, Zh: l.Zh, En: l.En})
			}
		}
		out = append(out, k)
	}
	return out
}

// Seen lists the slips of a ticket that stand, with since when each of their
// lines is filled in: a correction that leaves a line filled in does not make
// it younger.
func Seen(ctx context.Context, tx *db.Tx, id procedure.SubjectID) (out []procedure.Slip, err error) {
	t, err := ticket.In(ctx, tx, ticket.ID(id))
	if err != nil {
		return nil, err
	}
	all, err := of(ctx, tx, t)
	if err != nil {
		return nil, err
	}
	byID := map[ID]Slip{}
	for _, l := range all {
		byID[l.ID] = l
	}
	for _, l := range all {
		if l.ReplacedAt != nil || l.VoidedAt != nil {
			continue
		}
		k := procedure.Slip{ID: procedure.SlipID(l.ID), Form: l.Form, Number: l.Number}
		for at, there := l, true; there; at, there = byID[at.Earlier] {
			answered, err := at.answered(tx)
			if err != nil {
				return nil, err
			}
			k.Since = since(k.Since, answered, procedure.Mark{At: at.At, By: at.By, Name: at.ByName})
		}
		out = append(out, k)
	}
	return out, nil
}

// since goes one revision back: lines that were filled in there already are that old.
func since(later map[string]procedure.Mark, answered []string, m procedure.Mark) map[string]procedure.Mark {
	out := map[string]procedure.Mark{}
	for line, at := range later {
		out[line] = at
	}
	for _, line := range answered {
		if _, still := later[line]; later == nil || still {
			out[line] = m
		}
	}
	return out
}
