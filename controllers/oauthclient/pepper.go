package oauthclient

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
// same whoever asks, so that an operator that starts does not move all at once.
func moveAt(client types.UID, since time.Time, spread time.Duration) time.Time {
	h := fnv.New32a()
	_, _ = h.Write([]byte(client))
	return since.Add(time.Duration(float64(h.Sum32()) / (1 << 32) * float64(spread)))
}

// peppers are those of a server and when a client moves from one to the next.
type peppers struct {
	credentials.Peppers
	// move is when a client moves to the pepper that is used, next to the one that will
	// be; zero if there is none.
	move, next time.Time
}

// peppersOf returns the peppers in a ring for a client.
func peppersOf(ring keyring.Ring, server *oauthv1alpha1.OAuthServer, client types.UID, now time.Time) (peppers, error) {
	all, err := ring.Peppers(now)
	if err != nil || len(all) < 2 {
		return peppers{Peppers: all}, err
	}
	over := spread(serverspec.Of(server).RootInterval)
	if slices.Contains(server.Spec.Keys.Revoked, oauthv1alpha1.KeyID(all[1].ID())) {
		over = 0
	}
	out := peppers{Peppers: all, move: moveAt(client, ring.At(oauthv1alpha1.KeyUsePepper, now)[0].Since(), over)}
	if coming := ring.Switch(now); !coming.IsZero() {
		out.next = moveAt(client, coming, over)
	}
	return out, nil
}

// due reports whether a client should have moved by now.
func (p peppers) due(now time.Time) bool { return !now.Before(p.move) }

// scheduleMove comes back when the client moves to another pepper.
func (p *pass) scheduleMove(all peppers) {
	for _, at := range []time.Time{all.move, all.next} {
		if at.After(p.now) {
			p.requeueAfter(at.Sub(p.now))
		}
	}
}

// moved has the digest of a value that stays made by the present pepper. Nobody has to
// wait for that: replicas knew the pepper before it was used, and one that has not heard
// of the other digest accepts the same value by the former. A former secret has no value
// any more; its digest keeps its pepper until it ends.
func (f facts) moved(p plan) plan {
	if !f.move || p.change != changeNone || p.wait > 0 || len(p.credentials) == 0 {
		return p
	}
	newest := p.credentials[0]
	if newest.PepperID() == f.pepper.ID() || !newest.Matches(f.client, p.value) {
		return p
	}
	p.credentials = slices.Clone(p.credentials)
	p.credentials[0] = newest.Under(f.pepper, f.client, p.value)
	p.moved = true
	return p
}
