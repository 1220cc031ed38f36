package rotation

import (
	"slices"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
)

const (
	// slack is how long after its successor a key may still be used: a replica that
	// hears nothing is not ready after a minute, and clocks differ.
	slack = 2 * time.Minute
	// peerTimeout is how long a new key waits for replicas that have not loaded it. One
	// that hears nothing for so long is not ready by itself.
	peerTimeout = 2 * time.Minute
	// soon is how far ahead a key is used at most that is used as soon as possible.
	soon = 2 * time.Second
	// skew is how much later than planned a key may be used that was activated a moment
	// ago: clocks differ.
	skew = time.Minute
	// keptKeys is how many keys of a kind there are at most: the next one waits.
	keptKeys = 16
	// keptPeppers is the same of peppers, which are needed only until all clients have
	// moved.
	keptPeppers = 8
	// hintKeys is how many signing keys are kept whose tokens have all expired: an
	// application shows such a token when it signs a user out.
	hintKeys = 2
	// AskPause is when replicas are asked again, countPause when clients are counted
	// again.
	AskPause, countPause = time.Second, 10 * time.Second
	// sealedPause is when it is looked again for what is sealed with a root key.
	sealedPause = time.Hour
)

// Inputs are what decides about the keys of a server.
type Inputs struct {
	Ring keyring.Ring
	Now  time.Time
	// Signing and Root are how long keys are in use, zero for ever.
	Signing, Root time.Duration
	// Requested is the rotation request that should be met; zero if there is none.
	Requested time.Time
	Revoked   []oauthv1alpha1.KeyID
	// Lifetimes are how long at most what each key made lives, by its id.
	Lifetimes map[string]time.Duration
	// Session is how long users stay signed in.
	Session time.Duration
	// Loaded says that every ready replica has loaded the ring as it is.
	Loaded bool
	// Sealed reports whether something that does not expire is sealed with a root key.
	Sealed func(id string) bool
	// Needed reports whether a client needs an old pepper.
	Needed func(id string) bool
}

// Agenda is what is to be done about the keys, and when to look again.
type Agenda struct {
	// Stage are the kinds of which a new key is to be published.
	Stage []keyring.Kind
	// Activate are the times from when staged keys are used, by their id.
	Activate map[string]time.Time
	// Retire are the times from when nothing needs a key any more.
	Retire map[string]time.Time
	// Remove are the keys to remove.
	Remove []string
	// Full are the kinds of which there are too many keys for another one.
	Full []keyring.Kind
	// Rotation is when another key signs access tokens.
	Rotation time.Time
	// Next is when to decide again, zero for never.
	Next time.Time
}

// rotating returns the kinds of keys that are replaced. Pairwise keys never are.
func rotating() []keyring.Kind {
	return []keyring.Kind{
		{Use: oauthv1alpha1.KeyUseSigning, Algorithm: jose.ES256},
		{Use: oauthv1alpha1.KeyUseSigning, Algorithm: jose.RS256},
		{Use: oauthv1alpha1.KeyUseRoot},
		{Use: oauthv1alpha1.KeyUsePepper},
	}
}

// Decide is the whole policy on when keys come and go. A new key is staged first, which
// publishes it and uses it for nothing. Once all replicas have it, it gets the time from
// when it is used. So an operator that is killed, or a replica that is behind, leaves a key unused,
// and no key is used that a replica does not know.
func Decide(c Inputs) Agenda {
	a := Agenda{Activate: map[string]time.Time{}, Retire: map[string]time.Time{}}
	for _, kind := range rotating() {
		staged, line := c.split(kind)
		for _, key := range staged {
			if c.isRevoked(key) {
				a.Retire[key.ID] = c.Now.Truncate(time.Second).UTC()
				a.Remove = append(a.Remove, key.ID)
			}
		}
		staged = slices.DeleteFunc(staged, c.isRevoked)
		if len(line) == 0 {
			continue
		}
		for i := range line[:len(line)-1] {
			c.retire(&a, line, i)
		}
		change := c.advance(&a, kind, staged, line)
		if kind == rotating()[0] {
			a.Rotation = change
		}
	}
	return a
}

// split returns the keys of a kind that get their time now, the oldest first, and the
// others in the order in which they are used. A key whose time is too far ahead got it
// from a clock that was wrong or for a longer interval, and gets another; so does one
// that follows a revoked key.
func (c Inputs) split(kind keyring.Kind) (staged, line []keyring.Key) {
	_, lead := c.pace(kind)
	for _, key := range slices.Backward(c.Ring.Keys()) {
		switch {
		case key.Kind() != kind:
		case key.Staged || key.ActiveFrom.After(c.Now.Add(lead+skew)):
			staged = append(staged, key)
		default:
			line = append(line, key)
		}
	}
	slices.SortStableFunc(line, func(a, b keyring.Key) int { return a.Since().Compare(b.Since()) })
	used := slices.IndexFunc(line, func(key keyring.Key) bool { return key.Since().After(c.Now) })
	if used < 1 {
		return staged, line
	}
	urgent, in := c.isRevoked(line[used-1]), slices.Clone(line[:used])
	for _, key := range line[used:] {
		if urgent && key.Since().After(c.Now.Add(soon)) || c.isRevoked(key) {
			staged = append(staged, key)
		} else {
			in = append(in, key)
		}
	}
	return staged, in
}

func (c Inputs) isRevoked(key keyring.Key) bool {
	return slices.Contains(c.Revoked, oauthv1alpha1.KeyID(key.ID))
}

// LookAt makes sure that it is decided again at a time.
func (a *Agenda) LookAt(at time.Time) {
	if a.Next.IsZero() || at.Before(a.Next) {
		a.Next = at
	}
}

// WholeSecond rounds up to what a status holds.
func WholeSecond(t time.Time) time.Time {
	return t.Add(time.Second - 1).Truncate(time.Second).UTC()
}
