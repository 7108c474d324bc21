package clock

import (
	"errors"
	"fmt"
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
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %.60q", ErrZone, name)
	}
	return loc, nil
}
