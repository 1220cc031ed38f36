package memory

import (
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/outcome"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

// Memories are those of OAuthTokens, by namespace and name. The zero value has none.
type Memories struct{ all sync.Map }

// Memory is what this process knows of an OAuthToken. One worker at a time uses it.
type Memory struct {
	// Unwritten is what could not be stored yet.
	Unwritten outcome.Change
	// Since is when the attempt of another process that Watch saw last was seen first.
	Since time.Time
	// Sent is when the last token request was sent.
	Sent time.Time
	// Failures are those in a row; before NotBefore nothing is sent.
	Failures  int
	NotBefore time.Time
	// Failing is the last failure; nil after a success.
	Failing *problem.Problem
	// Problems is how often in a row something else than the provider was in the way.
	Problems int

	uid types.UID
	// tried is the generation that failures are about.
	tried int64
	// seen is the ID of an attempt of another process.
	seen string
	// unspent are the IDs of attempts of this process that spent nothing, and whose marks may
	// be stored.
	unspent []string
}

// Of returns what is known of an OAuthToken.
func (all *Memories) Of(token *oauthv1alpha1.OAuthToken) *Memory {
	name := client.ObjectKeyFromObject(token)
	if known, ok := all.all.Load(name); ok && known.(*Memory).uid == token.UID {
		m := known.(*Memory)
		if m.tried != token.Generation {
			// What failed may be cured now.
			m.Succeeded()
			m.Sent, m.Problems, m.tried = time.Time{}, 0, token.Generation
		}
		return m
	}
	m := &Memory{uid: token.UID, tried: token.Generation}
	all.all.Store(name, m)
	return m
}

// Forget forgets an OAuthToken that is gone.
func (all *Memories) Forget(name types.NamespacedName) { all.all.Delete(name) }

// Failed notes a failure, after which nothing is sent for a while.
func (m *Memory) Failed(now time.Time, why *problem.Problem, asked time.Duration) {
	m.Failures++
	m.Failing, m.NotBefore = why, now.Add(schedule.Retry(m.Failures, asked))
}

// Succeeded forgets failures.
func (m *Memory) Succeeded() { m.Failures, m.NotBefore, m.Failing = 0, time.Time{}, nil }

// Watch notes when an attempt was seen first; nil is none.
func (m *Memory) Watch(attempt *state.Attempt, now time.Time) {
	if attempt != nil && attempt.ID != m.seen {
		m.seen, m.Since = attempt.ID, now
	}
}

// SpentNothing notes that an attempt of this process spent nothing, though its mark may be stored.
func (m *Memory) SpentNothing(attempt *state.Attempt) { m.unspent = append(m.unspent, attempt.ID) }

// Unspent reports whether an attempt is one of this process that spent nothing.
func (m *Memory) Unspent(attempt *state.Attempt) bool {
	return attempt != nil && slices.Contains(m.unspent, attempt.ID)
}

// Stored forgets the attempts that spent nothing: a state without their marks was stored, and what
// else is under way fails, because the resource version is another one.
func (m *Memory) Stored() { m.unspent = nil }
