package message

import (
	"context"
	"strconv"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Faults is what is told of the summary of a month's faults.
type Faults struct {
	Period clock.Period `json:"period"`
	N      int64        `json:"n"`
	Report string       `json:"report"` // its id
	Needs  authz.Action `json:"needs"`  // what its readers must be allowed
}

// FaultsWritten tells who leads the technical department that the summary of
// the month that ended waits for measures (PRO-02d).
func (s *Service) FaultsWritten(ctx context.Context, tx *db.Tx, community authz.CommunityID, f Faults) error {
	tx.Silent("the summary has its own row")
	holders, err := auth.HoldersAt(ctx, tx, community, []string{"maintenance_leader"})
	if err != nil || f.N == 0 { // there is nothing to answer
		return err
	}
	var who []authz.AccountID
	for _, h := range holders {
		who = append(who, h.ID)
	}
	return toEach(ctx, tx, Message{Community: community, Kind: FaultMonth, Data: Data{Faults: &f}, DueAt: tx.Now}, who...)
}

// toTechnical tells of the summary to who may still read it.
func (m Message) toTechnical(ctx context.Context, tx *db.Tx, lang string) (s story, why string, err error) {
	x := m.Data.Faults
	if x == nil {
		return s, whyLater, nil
	}
	may, err := auth.MayAt(ctx, tx, m.Account, x.Needs, m.Community)
	if err != nil || !may {
		return s, whyRight, err
	}
	f := facts{"month": x.Period.String(), "n": strconv.FormatInt(x.N, 10)}
	return story{lang: lang, title: word(lang, "faults.title", f), line: word(lang, "faults.line", f), path: "/console/faults?month=" + x.Report, tag: "faults:" + m.Community.String()}, "", nil
}
