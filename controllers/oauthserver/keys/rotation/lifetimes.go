package rotation

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// young is the age below which a key that no status names has made nothing yet that the
// present settings do not explain.
const young = time.Minute

// Longest is how long at most what is made with the keys of a use lives, as things are
// set at present.
type Longest struct{ Signing, Root time.Duration }

// Of returns what holds for the keys of a use.
func (l Longest) Of(use oauthv1alpha1.KeyUse) time.Duration {
	if use == oauthv1alpha1.KeyUseSigning {
		return l.Signing
	}
	return l.Root
}

// With returns the longest lifetimes if there is a client as well. One that asks for more
// than its policies allow is refused.
func (l Longest) With(tokens oauthv1alpha1.ClientTokens, policies clientpolicy.Limits) Longest {
	for _, one := range []struct {
		longest *time.Duration
		wants   *metav1.Duration
		most    clientpolicy.Ceiling[time.Duration]
	}{
		{&l.Signing, tokens.AccessToken.Lifetime, policies.AccessLifetime},
		{&l.Signing, tokens.IDToken.Lifetime, policies.IDLifetime},
		{&l.Root, tokens.RefreshToken.Lifetime, policies.RefreshLifetime},
	} {
		if one.wants != nil {
			*one.longest = max(*one.longest, one.most.Under(one.wants.Duration))
		}
	}
	return l
}

// LongestOf returns the longest lifetimes that a server gives to clients that say
// nothing else. Policies only shorten them.
func LongestOf(tokens serverspec.Tokens) Longest {
	return Longest{
		Signing: max(tokens.AccessLifetime, tokens.IDLifetime),
		Root:    max(keyring.ConsentLifetime, tokens.RefreshLifetime),
	}
}

// Lifetimes returns for each key how long at most what it made lives, which the status
// remembers: the longest that was set while a signing key signed, and while there was a
// root key at all, because a Grant lives on with the one that it began with.
func Lifetimes(ring keyring.Ring, named []oauthv1alpha1.KeyStatus, now Longest, at time.Time) map[string]time.Duration {
	known := map[string]oauthv1alpha1.KeyStatus{}
	for _, key := range named {
		known[key.ID] = key
	}
	out := map[string]time.Duration{}
	for _, key := range ring.Keys() {
		if key.Use != oauthv1alpha1.KeyUseSigning && key.Use != oauthv1alpha1.KeyUseRoot {
			continue
		}
		status, isNamed := known[key.ID]
		switch {
		case status.LongestLifetime != nil && key.Use == oauthv1alpha1.KeyUseSigning && superseded(ring, key, at):
			out[key.ID] = status.LongestLifetime.Duration
		case status.LongestLifetime != nil:
			out[key.ID] = max(status.LongestLifetime.Duration, now.Of(key.Use))
		case key.Staged || !isNamed && at.Sub(key.CreatedAt) < young:
			out[key.ID] = now.Of(key.Use)
		default:
			// What it made is written down nowhere.
			out[key.ID] = Longest{serverspec.MaxToken, serverspec.MaxRefresh}.Of(key.Use)
		}
	}
	return out
}

// superseded reports whether nothing is made with a key any more, not even by a replica
// that is behind.
func superseded(ring keyring.Ring, key keyring.Key, now time.Time) bool {
	for _, other := range ring.Keys() {
		if other.Kind() == key.Kind() && !other.Staged && other.Since().After(key.Since()) && !now.Before(other.Since().Add(slack)) {
			return true
		}
	}
	return false
}
