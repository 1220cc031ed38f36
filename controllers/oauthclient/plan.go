package oauthclient

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/grantor-dev/grantor/internal/credentials"
)

// change is what a plan does to the client secret.
type change string

const (
	changeNone    change = ""
	changeCreated change = "CredentialsCreated"
	changeAdopted change = "CredentialsAdopted"
	changeRotated change = "CredentialsRotated"
	changeLost    change = "SecretLost"
	changeEdited  change = "SecretEdited"
	changeRemoved change = "CredentialsRemoved"
)

// maxCredentials is how many digests a status holds.
const maxCredentials = 8

// facts are what decides about a client secret.
type facts struct {
	client types.UID
	// needsSecret is false for a client that does not authenticate.
	needsSecret bool
	// value is the secret in the client's Secret; empty if there is none.
	value string
	// credentials are the verified digests, newest first.
	credentials []credentials.Credential
	// requested is the rotation request that should be met; zero if there is none.
	requested time.Time
	// pending is a value that this operator published the digest of and could not
	// write yet; empty if there is none.
	pending string
	// neverWritten is true until the client's first Secret is there.
	neverWritten bool
	now          time.Time
	pepper       credentials.Pepper
	mint         func() string
}

// plan is what should be: first publish the credentials, then write the value,
// then let the former credentials expire.
type plan struct {
	value       string
	credentials []credentials.Credential
	change      change
}

// decide is the whole policy on client secrets. A digest is published before its
// value is written, and former digests get their end after that. So a newest digest
// that the Secret does not match belongs to a value that nobody has seen yet. Which
// rotation request a value was made for is published with its digest, so that
// neither a crash nor a second operator meets it twice.
func decide(f facts) plan {
	if !f.needsSecret {
		p := plan{}
		if f.value != "" || len(f.credentials) > 0 {
			p.change = changeRemoved
		}
		return p
	}
	match := -1
	if f.value != "" {
		match = slices.IndexFunc(f.credentials, func(c credentials.Credential) bool { return c.Matches(f.client, f.value) })
	}
	switch {
	case match >= 0 && f.credentials[match].ExpiresAt.IsZero():
		if f.requested.IsZero() || f.credentials[match].RotationRequestedAt.Equal(f.requested) {
			return plan{value: f.value, credentials: f.credentials[match:]}
		}
		return f.replace(changeRotated)
	case len(f.credentials) == 0 && len(f.value) >= credentials.MinLength:
		return plan{value: f.value, credentials: []credentials.Credential{f.digest(f.value)}, change: changeAdopted}
	case f.value != "":
		return f.replace(changeEdited)
	case f.neverWritten:
		return f.replace(changeCreated)
	default:
		return f.replace(changeLost)
	}
}

// replace puts another value in the place of the present one: the pending one if
// its digest is published already, so that a Secret that cannot be written costs no
// status writes, else a new one.
func (f facts) replace(why change) plan {
	if f.pending != "" && len(f.credentials) > 0 && f.credentials[0].Matches(f.client, f.pending) &&
		f.credentials[0].RotationRequestedAt.Equal(f.requested) {
		return plan{value: f.pending, credentials: f.credentials, change: why}
	}
	value := f.mint()
	return plan{
		value:       value,
		credentials: limit(append([]credentials.Credential{f.digest(value)}, f.credentials...)),
		change:      why,
	}
}

func (f facts) digest(value string) credentials.Credential {
	c := credentials.New(f.pepper, f.client, value, f.now)
	c.RotationRequestedAt = f.requested
	return c
}

// A Secret that is edited again and again is left alone for a while, so that who
// fights with the operator over it does not use up the digests of the values that
// applications hold.
const (
	contendedAfter = 4
	peace          = 30 * time.Second
)

// contended reports whether an edited Secret should be left alone for now.
func contended(f facts, p plan) bool {
	return p.change == changeEdited && len(f.credentials) >= contendedAfter && f.now.Sub(f.credentials[0].CreatedAt) < peace
}

// limit drops credentials beyond what a status holds: first those that were
// published and, as it seems, never written, then the oldest.
func limit(list []credentials.Credential) []credentials.Credential {
	for len(list) > maxCredentials {
		drop := len(list) - 1
		for i := 1; i < len(list)-1; i++ {
			if list[i].ExpiresAt.IsZero() && hasEndless(list[i+1:]) {
				drop = i
				break
			}
		}
		list = slices.Delete(list, drop, drop+1)
	}
	return list
}

func hasEndless(list []credentials.Credential) bool {
	return slices.ContainsFunc(list, func(c credentials.Credential) bool { return c.ExpiresAt.IsZero() })
}

// expireFormer lets all but the newest credential end after the overlap at the
// latest, and drops those that have ended. An overlap that was shortened holds for
// those that were to live longer, so that a leak can be ended.
func expireFormer(list []credentials.Credential, now time.Time, overlap time.Duration) []credentials.Credential {
	var out []credentials.Credential
	for i, c := range list {
		if i > 0 {
			c = c.ExpireAt(now.Add(overlap))
		}
		if c.Valid(now) && (i == 0 || overlap > 0) {
			out = append(out, c)
		}
	}
	return out
}
