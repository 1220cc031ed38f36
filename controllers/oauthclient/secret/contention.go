package secret

import "time"

// peerTimeout is how long another operator that published a digest has to write its
// value; without it, two operators would replace each other's digests for ever.
const peerTimeout = 5 * time.Second

// A Secret that is edited again and again is left alone for a while, so that a program
// that fights with the operator over it does not use up the digests of the values that
// applications hold.
const (
	contendedAfter = 4
	// RepairBackoff is how long such a Secret is left alone.
	RepairBackoff = 30 * time.Second
)

// contended reports whether an edited Secret should be left alone for now.
func contended(f facts, p Plan) bool {
	return p.Change == Edited && len(f.credentials) >= contendedAfter && f.now.Sub(f.credentials[0].CreatedAt) < RepairBackoff
}

// replaces reports whether a plan puts another value in the place of one that
// authenticates, and for long. Such a value can wait for the replicas; one that does
// not authenticate is replaced at once, and so is one that is lost.
func replaces(f facts, p Plan) bool {
	match := f.current()
	return match >= 0 && f.credentials[match].ExpiresAt.IsZero() && p.Value != "" && p.Value != f.value
}

// peerWritePending returns how long to wait for another operator, or a previous run
// that died, which published a newer digest than that of the present value.
func (f facts) peerWritePending(match int) time.Duration {
	if match == 0 || f.isPending() {
		return 0
	}
	return max(0, f.credentials[0].CreatedAt.Add(peerTimeout).Sub(f.now))
}
