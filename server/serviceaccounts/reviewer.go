package serviceaccounts

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/sync/singleflight"
	authenticationv1 "k8s.io/api/authentication/v1"
	"k8s.io/client-go/rest"

	"github.com/grantor-dev/grantor/server/limits"
)

// +kubebuilder:rbac:groups=authentication.k8s.io,resources=tokenreviews,verbs=create

const (
	// believed is how long an answer counts. The API server keeps its own for up to 10
	// seconds, so that a pod or ServiceAccount that was deleted is refused after 15.
	believed = 5 * time.Second
	// disbelieved is the same for an answer that a token is not authentic.
	disbelieved = 2 * time.Second
	// timeout bounds one request to the API server.
	timeout = 5 * time.Second
)

// Question is whose token it is.
type Question struct {
	// Token is the token. It is never stored or logged.
	Token string
	// Audience is for whom the token must be.
	Audience string
	// Address is where the request came from, and Client the UID of the client that the
	// token is sent for. Each has a share of the questions.
	Address netip.Addr
	Client  string
}

// Reviewer answers questions.
type Reviewer struct {
	client  rest.Interface
	now     func() time.Time
	flights singleflight.Group
	answers *answers
	limiter *limits.Limiter
}

// New returns a Reviewer that asks with a client for authentication.k8s.io/v1.
func New(client rest.Interface, now func() time.Time) *Reviewer {
	return &Reviewer{client: client, now: now, answers: newAnswers(now), limiter: limits.New()}
}

// Review returns the name of the user whose token it is, "" if the token is not
// authentic or not for the audience. It returns ErrBusy when too many unknown callers ask.
// Any other error means that the API server did not answer.
func (r *Reviewer) Review(ctx context.Context, q Question) (string, error) {
	key := digest(sha256.Sum256([]byte(q.Audience + "\x00" + q.Token)))
	username, fresh, known := r.answers.get(key)
	if fresh {
		return username, nil
	}
	// A token that was authentic before is no guess.
	if !known && r.limiter.Take(r.now(), shares(q)...) > 0 {
		return "", ErrBusy
	}
	answer, err, _ := r.flights.Do(string(key[:]), func() (any, error) { return r.ask(ctx, key, q) })
	username, _ = answer.(string)
	return username, err
}

// ask asks the API server. What was asked together is answered together, so the request
// does not end with the first request.
func (r *Reviewer) ask(ctx context.Context, key digest, q Question) (string, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	asked := r.now()
	review := &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: q.Token, Audiences: []string{q.Audience}}}
	answer := &authenticationv1.TokenReview{}
	if err := r.client.Post().Resource("tokenreviews").Body(review).MaxRetries(1).Do(ctx).Into(answer); err != nil {
		return "", fmt.Errorf("review token: %w", err)
	}
	username := ""
	// An authenticator that knows nothing of audiences returns none.
	if answer.Status.Authenticated && slices.Contains(answer.Status.Audiences, q.Audience) {
		username = answer.Status.User.Username
	}
	r.answers.put(key, username, asked)
	return username, nil
}
