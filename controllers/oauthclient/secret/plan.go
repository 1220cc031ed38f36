package secret

import (
	"slices"
	"time"

	"github.com/grantor-dev/grantor/internal/credentials"
)

// Change is what a plan does to the client secret, and the reason of its event.
type Change string

// All changes.
const (
	None    Change = ""
	Created Change = "CredentialsCreated"
	Adopted Change = "CredentialsAdopted"
	Rotated Change = "CredentialsRotated"
	Lost    Change = "SecretLost"
	Edited  Change = "SecretEdited"
	Removed Change = "CredentialsRemoved"
	// Followed takes another value from spec.secret.from.
	Followed Change = "CredentialsFollowed"
)

// MaxCredentials is how many digests a status holds.
const MaxCredentials = 8

// Plan is what to do: first publish the credentials, then write the value, then let the
// old credentials expire.
type Plan struct {
	Value       string
	Credentials []credentials.Credential
	Change      Change
	// Wait is how long to leave everything as it is before deciding again.
	Wait time.Duration
	// Replaces says that the value takes the place of one that authenticates.
	Replaces bool
	// Moved says that the digest is another one of the same value.
	Moved bool
	// Full is when a status can hold another digest, where the change waits for that.
	Full time.Time
	// Contended says that the Secret is edited again and again, and is left alone for
	// RepairBackoff.
	Contended bool
	// Idle says that the digests in the status stay as they are.
	Idle bool
}

// Decide is the whole policy on client secrets. A digest is published before its
// value is written, and old digests get their end after that. So a newest digest
// that the Secret does not match belongs to a value that no one has seen yet. Which
// rotation request a value was made for is published with its digest, so that
// neither a crash nor a second operator fulfils it twice.
func Decide(o Observed) Plan { return decide(o.facts()) }

func decide(f facts) Plan {
	p := f.plan()
	if until := f.waitsForCapacity(p); !until.IsZero() {
		p = f.hold(p, until)
	}
	p.Replaces = replaces(f, p)
	p = f.moved(p)
	p.Contended = contended(f, p)
	p.Idle = p.Change == None && p.Wait == 0 && !p.Moved && len(p.Credentials) == len(f.credentials)
	return p
}

func (f facts) plan() Plan {
	if !f.needsSecret {
		p := Plan{}
		if f.value != "" || len(f.credentials) > 0 {
			p.Change = Removed
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
			return Plan{Value: f.value, Credentials: f.credentials[match:]}
		}
		if wait := f.peerWritePending(match); wait > 0 {
			return Plan{Value: f.value, Credentials: f.credentials, Wait: wait}
		}
		return f.replace(Rotated)
	case len(f.credentials) == 0 && len(f.value) >= credentials.MinLength:
		return Plan{Value: f.value, Credentials: []credentials.Credential{f.digest(f.value)}, Change: Adopted}
	case f.value != "":
		return f.replace(Edited)
	case f.neverWritten:
		return f.replace(Created)
	default:
		return f.replace(Lost)
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
func (f facts) replace(why Change) Plan {
	if f.isPending() && f.credentials[0].RotationRequestedAt.Equal(f.lastRequest()) {
		return Plan{Value: f.pending, Credentials: f.credentials, Change: why}
	}
	value := f.mint()
	return Plan{
		Value:       value,
		Credentials: limit(append([]credentials.Credential{f.digest(value)}, f.unexpired()...)),
		Change:      why,
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

// limit drops credentials beyond what a status holds: first those that were
// published and, as it seems, never written, then the oldest.
func limit(list []credentials.Credential) []credentials.Credential {
	for len(list) > MaxCredentials {
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
