package secret

import (
	"hash/fnv"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// longestSpread is how long all clients together take to move to another pepper: ten
// thousand of them are three writes in a second.
const longestSpread = time.Hour

// spread is how long it is with root keys that are replaced so often; zero is never.
func spread(interval time.Duration) time.Duration {
	if interval == 0 {
		return longestSpread
	}
	return min(longestSpread, interval/8)
}

// moveAt returns when a client moves to a pepper that is used from a time on. It is the
// same for every operator, so that an operator that starts does not move all at once.
func moveAt(client types.UID, since time.Time, spread time.Duration) time.Time {
	h := fnv.New32a()
	_, _ = h.Write([]byte(client))
	return since.Add(time.Duration(float64(h.Sum32()) / (1 << 32) * float64(spread)))
}

// Peppers are those of a server and when a client moves from one to the next.
type Peppers struct {
	credentials.Peppers
	// move is when a client moves to the pepper that is used, next to the one that will
	// be; zero if there is none.
	move, next time.Time
}

// PeppersOf returns the peppers in a ring for a client.
func PeppersOf(ring keyring.Ring, server *oauthv1alpha1.OAuthServer, client types.UID, now time.Time) (Peppers, error) {
	all, err := ring.Peppers(now)
	if err != nil || len(all) < 2 {
		return Peppers{Peppers: all}, err
	}
	over := spread(serverspec.Of(server).RootInterval)
	if slices.Contains(server.Spec.Keys.Revoked, oauthv1alpha1.KeyID(all[1].ID())) {
		over = 0
	}
	out := Peppers{Peppers: all, move: moveAt(client, ring.At(oauthv1alpha1.KeyUsePepper, now)[0].Since(), over)}
	if coming := ring.Switch(now); !coming.IsZero() {
		out.next = moveAt(client, coming, over)
	}
	return out, nil
}

// Due reports whether a client should have moved by now.
func (p Peppers) Due(now time.Time) bool { return !now.Before(p.move) }

// Schedule asks for a reconcile when the client moves to another pepper.
func (p Peppers) Schedule(now time.Time, in func(time.Duration)) {
	for _, at := range []time.Time{p.move, p.next} {
		if at.After(now) {
			in(at.Sub(now))
		}
	}
}

// moved has the digest of a value that stays made by the present pepper. That does
// not wait: replicas knew the pepper before it was used, and one that has not received the
// other digest accepts the same value by the old one. The value of an old secret is gone;
// its digest keeps its pepper until it ends.
func (f facts) moved(p Plan) Plan {
	if !f.move || p.Change != None || p.Wait > 0 || len(p.Credentials) == 0 {
		return p
	}
	newest := p.Credentials[0]
	if newest.PepperID() == f.pepper.ID() || !newest.Matches(f.client, p.Value) {
		return p
	}
	p.Credentials = slices.Clone(p.Credentials)
	p.Credentials[0] = newest.Under(f.pepper, f.client, p.Value)
	p.Moved = true
	return p
}
