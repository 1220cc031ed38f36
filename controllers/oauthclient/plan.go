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
	// rotate is true when a rotation is due.
	rotate bool
	now    time.Time
	pepper credentials.Pepper
	mint   func() string
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
// that the Secret does not match belongs to a value that nobody has seen, and
// former digests without an end belong to a change that is all but done.
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
	counts := match >= 0 && f.credentials[match].ExpiresAt.IsZero()
	switch {
	case match == 0 && (!f.rotate || hasEndless(f.credentials[1:])):
		return plan{value: f.value, credentials: f.credentials}
	case counts && f.rotate:
		return f.replace(changeRotated, f.credentials[match:])
	case counts:
		return plan{value: f.value, credentials: f.credentials[match:]}
	case len(f.credentials) == 0 && len(f.value) >= credentials.MinLength:
		adopted := credentials.New(f.pepper, f.client, f.value, f.now)
		return plan{value: f.value, credentials: []credentials.Credential{adopted}, change: changeAdopted}
	case f.value != "":
		return f.replace(changeEdited, f.credentials)
	case len(f.credentials) > 0:
		return f.replace(changeLost, f.credentials)
	default:
		return f.replace(changeCreated, nil)
	}
}

func (f facts) replace(why change, former []credentials.Credential) plan {
	value := f.mint()
	return plan{
		value:       value,
		credentials: limit(append([]credentials.Credential{credentials.New(f.pepper, f.client, value, f.now)}, former...)),
		change:      why,
	}
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
