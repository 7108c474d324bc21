package clock

import (
	"errors"
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // a bare container or Windows has no zone files
)

// ErrZone is returned for a name that is no IANA time zone.
var ErrZone = errors.New("unknown time zone")

// Zone returns the IANA time zone with that name, "Asia/Shanghai". Neither the
// empty name nor "Local" is one: the machine's zone must never decide.
func Zone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%w: %q", ErrZone, name)
	}
	if z, ok := zones.Load(name); ok {
		if loc, ok := z.(*time.Location); ok {
			return loc, nil
		}
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %.60q", ErrZone, name)
	}
	zones.Store(name, loc) // only real zones, so there are not many
	return loc, nil
}

var zones sync.Map // name → *time.Location: reading one takes as long as a statement
