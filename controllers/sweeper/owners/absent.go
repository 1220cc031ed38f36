package owners

import "time"

// confirmed is how long one process must have found that a provider does not exist.
const confirmed = time.Hour

// Absent is what one process has found of providers that a status says do not exist. What a status
// says can be from before a restore, and a clock can be wrong, so it deletes nothing by itself.
type Absent map[inNamespace]absence

type absence struct {
	// since is when the process first did not find it; zero while it is there.
	since time.Time
	// returned says that the process has found it since the time in the status.
	returned bool
}

// See takes over what a sweep finds at its beginning, and tells the Owners.
func (a *Absent) See(all *Owners, now time.Time) {
	found := Absent{}
	for whose := range all.former {
		known := (*a)[whose]
		switch {
		case all.providers[whose]:
			known = absence{returned: true}
		case known.since.IsZero():
			known.since = now
		}
		found[whose] = known
	}
	*a = found
	all.Confirm(found)
}

// Confirm tells other Owners.
func (all *Owners) Confirm(absent Absent) { all.absent = absent }

// sure reports whether the process itself has found for long enough that a provider does not exist.
func (a Absent) sure(whose inNamespace, now time.Time) bool {
	known, wait := a[whose], confirmed
	if known.returned {
		wait = FormerKept
	}
	return !known.since.IsZero() && now.Sub(known.since) >= wait
}
