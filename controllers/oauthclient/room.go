package oauthclient

import (
	"fmt"
	"slices"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// standing returns the credentials that have not ended, as a new list.
func (f facts) standing() []credentials.Credential {
	return slices.DeleteFunc(slices.Clone(f.credentials), func(c credentials.Credential) bool { return !c.Valid(f.now) })
}

// crowded returns when the next former value ends, if a plan drops one that still
// authenticates and that running pods may hold; else zero.
func (f facts) crowded(p plan) time.Time {
	if len(p.credentials) < maxCredentials {
		return time.Time{}
	}
	ending := func(list []credentials.Credential) (n int, first time.Time) {
		for _, c := range list {
			if c.ExpiresAt.IsZero() || c.Matches(f.client, p.value) {
				continue
			}
			if n++; n == 1 || c.ExpiresAt.Before(first) {
				first = c.ExpiresAt
			}
		}
		return n, first
	}
	before, first := ending(f.standing())
	if after, _ := ending(p.credentials); after >= before {
		return time.Time{}
	}
	return first
}

// hold returns what to do until there is room for another digest: the value in the Secret
// stays if it authenticates, and nothing is written if not.
func (f facts) hold(p plan, until time.Time) plan {
	if f.current() >= 0 {
		return plan{value: f.value, credentials: f.credentials, full: until}
	}
	return plan{credentials: f.credentials, change: p.change, full: until}
}

// waitForRoom says that the Secret cannot be repaired before a former value ends. An
// overlap that was shortened ends it earlier.
func (p *pass) waitForRoom(held plan) {
	shortened := slices.Clone(held.credentials)
	for i, c := range shortened {
		if !c.ExpiresAt.IsZero() {
			shortened[i] = c.ExpireAt(p.now.Add(overlap(p.client)))
		}
	}
	p.client.Status.Credentials = publish(p.client, shortened)
	message := fmt.Sprintf(
		"Secret %q was deleted or edited again and again, and all %d former client secrets that are kept are within their overlap: another one is made at %s. Find out who does that, or shorten spec.secret.rotation.overlap.",
		p.client.ClientSecretName(), maxCredentials-1, held.full.UTC().Format(time.RFC3339))
	p.set.False(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonSecretContended, message)
	p.set.Reconciling(oauthv1alpha1.ReasonSecretContended, message)
	p.requeueAfter(held.full.Sub(p.now) + time.Second)
}

// reportCredentials says that the Secret holds what authenticates, and whether the next
// value waits.
func (p *pass) reportCredentials(done plan) {
	message := fmt.Sprintf("Secret %q holds the client's credentials.", p.client.Status.SecretName)
	if done.full.IsZero() {
		p.set.True(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonCredentialsReady, message)
		return
	}
	p.set.True(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonRotationBlocked, fmt.Sprintf(
		"%s The next one waits until %s: all %d former ones that are kept are within their overlap. Shorten spec.secret.rotation.overlap to end them earlier.",
		message, done.full.UTC().Format(time.RFC3339), maxCredentials-1))
}
