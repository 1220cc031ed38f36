package objects

import (
	"context"
	"net/http"
	"sync"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage/registrations"
)

// maxWaiting and maxWaitingOfNamespace are how many requests may wait for the operator at once:
// each takes memory for seconds, and requests for one namespace must not block others.
const maxWaiting, maxWaitingOfNamespace = 64, 4

// Room counts the requests that wait.
type Room struct {
	mu  sync.Mutex
	all int
	of  map[string]int
}

// NewRoom returns room in which nothing waits.
func NewRoom() *Room { return &Room{of: map[string]int{}} }

// enter counts a request about a namespace, or returns an httpx.Error if too many wait.
func (r *Room) enter(namespace string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all >= maxWaiting || r.of[namespace] >= maxWaitingOfNamespace {
		return httpx.Spent(http.StatusServiceUnavailable, again*time.Second, "Too many requests wait for the operator. Send the same request again later.")
	}
	r.all++
	r.of[namespace]++
	return nil
}

func (r *Room) leave(namespace string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all--
	if r.of[namespace]--; r.of[namespace] == 0 {
		delete(r.of, namespace)
	}
}

// perNamespace is how often clients are registered in a namespace, by all callers together.
// unfinished is how many of their Registrations may have no OAuthClient yet; the operator
// deletes these after an hour.
var (
	perNamespace = limits.Budget{Burst: 10, Every: 6 * time.Second}
	unfinished   = limits.Budget{Burst: 10, Every: 6 * time.Minute}
)

func pending(namespace string) limits.Share {
	return limits.Share{Kind: "pending", Key: namespace, Budget: unfinished}
}

// create stores a Registration, unless too many were stored in its namespace. If it is already
// stored, it is returned in any case.
func (r *Registrar) create(ctx context.Context, wanted *registrations.Registration) (*registrations.Registration, error) {
	shares := []limits.Share{{Kind: "namespace", Key: wanted.Namespace, Budget: perNamespace}, pending(wanted.Namespace)}
	if wait := r.Limiter.Take(r.Now(), shares...); wait > 0 {
		stored, err := r.Registrations.Find(ctx, wanted.Name)
		if err != nil {
			return nil, answer(err)
		}
		if stored == nil {
			return nil, httpx.Spent(http.StatusServiceUnavailable, wait, "Too many clients were registered in the namespace, or wait for the operator. Try again later.")
		}
		return stored, nil
	}
	stored, err := r.Registrations.Create(ctx, wanted)
	if err != nil {
		return nil, answer(err)
	}
	if !stored.New {
		r.Limiter.Return(shares...)
	}
	return stored, nil
}

// retold is for how long the response to a repeated request has the credentials of the client,
// because the first response may have been lost. Later, another holder of the registrar's token
// could get them.
const retold = 10 * time.Minute

// isOld reports whether the client got its credentials so long ago that they are not repeated.
func (r *Registrar) isOld(stored *registrations.Registration) bool {
	object := r.Clients.Candidate(stored.Namespace, stored.ClientName)
	return object != nil && object.Labels[oauthv1alpha1.LabelRegistered] == string(stored.UID) &&
		r.Now().Sub(object.CreationTimestamp.Time) > retold && r.Now().Sub(stored.Created) > retold
}

// fits returns an httpx.Error if metadata are too long to be stored.
func fits(client registered.Client) error {
	payload, err := client.Encode()
	if err != nil {
		return httpx.Unavailable(err)
	}
	if len(payload) > registered.MaxPayload {
		return invalid("The metadata are too long; jwks_uri instead of jwks, or fewer redirect_uris, make them shorter.")
	}
	return nil
}
