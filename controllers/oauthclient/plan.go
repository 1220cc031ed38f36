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
	// changeFollowed takes another value from spec.secret.from.
	changeFollowed change = "CredentialsFollowed"
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
	// given is the value that spec.secret.from brings; empty if the operator makes it.
	given string
	// requested is the rotation request that should be met; zero if there is none.
	requested time.Time
	// interval is the age at which the secret is replaced; zero for never.
	interval time.Duration
	// pending is a value that this operator published the digest of and could not
	// write yet; empty if there is none.
	pending string
	// neverWritten is true until the client's first Secret is there.
	neverWritten bool
	now          time.Time
	pepper       credentials.Pepper
	// move says that the digest should be made by the pepper if another made it.
	move bool
	mint func() string
}

// plan is what should be: first publish the credentials, then write the value,
// then let the former credentials expire.
type plan struct {
	value       string
	credentials []credentials.Credential
	change      change
	// wait is how long to leave everything as it is before deciding again.
	wait time.Duration
	// replaces says that the value takes the place of one that authenticates.
	replaces bool
	// moved says that the digest is another one of the same value.
	moved bool
	// full is when there is room for another digest, where the change waits for that.
	full time.Time
}

// decide is the whole policy on client secrets. A digest is published before its
// value is written, and former digests get their end after that. So a newest digest
// that the Secret does not match belongs to a value that nobody has seen yet. Which
// rotation request a value was made for is published with its digest, so that
// neither a crash nor a second operator meets it twice.
func decide(f facts) plan {
	p := f.plan()
	if until := f.crowded(p); !until.IsZero() {
		p = f.hold(p, until)
	}
	p.replaces = replaces(f, p)
	return f.moved(p)
}

func (f facts) plan() plan {
	if !f.needsSecret {
		p := plan{}
		if f.value != "" || len(f.credentials) > 0 {
			p.change = changeRemoved
		}
		return p
	}
	if f.given != "" {
		return f.follow()
	}
	match := f.current()
	switch {
	case match >= 0 && f.credentials[match].ExpiresAt.IsZero():
		if !f.rotationDue(f.credentials[match]) {
			return plan{value: f.value, credentials: f.credentials[match:]}
		}
		if wait := f.othersTurn(match); wait > 0 {
			return plan{value: f.value, credentials: f.credentials, wait: wait}
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

// current returns which credential is of the value in the Secret, -1 for none.
func (f facts) current() int {
	if f.value == "" {
		return -1
	}
	return slices.IndexFunc(f.credentials, func(c credentials.Credential) bool { return c.Matches(f.client, f.value) })
}

// replace puts another value in the place of the present one: the pending one if
// its digest is published already, so that a Secret that cannot be written costs no
// status writes, else a new one.
func (f facts) replace(why change) plan {
	if f.isPending() && f.credentials[0].RotationRequestedAt.Equal(f.lastRequest()) {
		return plan{value: f.pending, credentials: f.credentials, change: why}
	}
	value := f.mint()
	return plan{
		value:       value,
		credentials: limit(append([]credentials.Credential{f.digest(value)}, f.standing()...)),
		change:      why,
	}
}

// isPending reports whether this operator made the value of the newest digest.
func (f facts) isPending() bool {
	return f.pending != "" && len(f.credentials) > 0 && f.credentials[0].Matches(f.client, f.pending)
}

func (f facts) digest(value string) credentials.Credential {
	c := credentials.New(f.pepper, f.client, value, f.now)
	c.RotationRequestedAt = f.lastRequest()
	return c
}

// lastRequest is the rotation request that a new secret meets, and all before it
// have met: replacing a secret for its age must not forget that.
func (f facts) lastRequest() time.Time {
	if f.requested.IsZero() && len(f.credentials) > 0 {
		return f.credentials[0].RotationRequestedAt
	}
	return f.requested
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
