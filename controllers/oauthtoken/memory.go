package oauthtoken

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// memory is what this process knows of an OAuthToken and nobody else does. One worker at a
// time uses it.
type memory struct {
	uid types.UID
	// unwritten is what could not be stored yet.
	unwritten change
	// unspent are the IDs of attempts of this process that spent nothing, and whose marks may
	// be stored.
	unspent []string
	// seen is an attempt of another process, and since is when it was seen first.
	seen  string
	since time.Time
	// sent is when the last token request was sent.
	sent time.Time
	// failures are those in a row; before notBefore nothing is sent.
	failures  int
	notBefore time.Time
	// failing is the last failure; nil after a success.
	failing *problem
	// problems is how often in a row something else than the provider was in the way.
	problems int
	// tried is the generation that failures are about.
	tried int64
}

func (r *Reconciler) remember(token *oauthv1alpha1.OAuthToken) *memory {
	name := client.ObjectKeyFromObject(token)
	if known, ok := r.memories.Load(name); ok && known.(*memory).uid == token.UID {
		m := known.(*memory)
		if m.tried != token.Generation {
			// What failed may be cured now.
			m.succeeded()
			m.sent, m.problems, m.tried = time.Time{}, 0, token.Generation
		}
		return m
	}
	m := &memory{uid: token.UID, tried: token.Generation}
	r.memories.Store(name, m)
	return m
}

// failed notes a failure, after which nothing is sent for a while.
func (m *memory) failed(now time.Time, why *problem, asked time.Duration) {
	m.failures++
	m.failing, m.notBefore = why, now.Add(schedule.Retry(m.failures, asked))
}

func (m *memory) succeeded() { m.failures, m.notBefore, m.failing = 0, time.Time{}, nil }

// storeUnwritten stores what could not be stored before. Until then nothing else happens.
func (r *Reconciler) storeUnwritten(ctx context.Context, p *pass) error {
	if p.memory.unwritten == nil || p.problem != nil {
		return nil
	}
	err := r.store(ctx, p, p.memory.unwritten)
	if code := reconcile.Refused(err); code != 0 {
		p.problem = secretRefused(p.StateSecretName(), code)
		return nil
	}
	return err
}
