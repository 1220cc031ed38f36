package flow

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

const (
	// knownVersion is the version of the cookie. Another is ignored.
	knownVersion = 1
	// maxKnown is how many users a browser is known for, so that the cookie stays below
	// 1 KiB.
	maxKnown = 4
	// knownLifetime is how long a browser is known after the user signed in.
	knownLifetime = 90 * 24 * time.Hour
)

// known is what the cookie encrypts.
type known struct {
	Version int              `json:"v"`
	Users   []identity.Known `json:"u"`
}

// Known returns the users who signed in with the browser, the last one first.
func (v *Visit) Known() []identity.Known {
	var k known
	plain, err := v.Set.Open(keys.PurposeKnownBrowser, v.visits.Issuer(), v.known)
	if err != nil || json.Unmarshal(plain, &k) != nil || k.Version != knownVersion {
		return nil
	}
	now := v.visits.Now()
	return slices.DeleteFunc(k.Users, func(u identity.Known) bool {
		return now.Sub(time.UnixMilli(u.SignedInAt)) >= knownLifetime
	})
}

// remember returns the cookie of a browser with which one more user signed in. The user
// gets a new name for the browser: failures under the old one were before the right
// password.
func (v *Visit) remember(who *identity.Authentication) (string, error) {
	uid, now := who.Person.UID, v.visits.Now().UnixMilli()
	one := identity.Known{Browser: storage.NewName(), UserUID: uid, Credential: who.Credential, SignedInAt: now}
	known := v.Known()
	if n := slices.IndexFunc(known, func(u identity.Known) bool { return u.UserUID == uid }); n >= 0 {
		one.FactorAt = known[n].FactorAt
		known = slices.Delete(known, n, n+1)
	}
	if who.SecondFactor() {
		one.FactorAt = now
	}
	return v.sealKnown(append([]identity.Known{one}, known...))
}

// PasswordSet makes the browser known for a user who has just set another password in it, for
// which a credential stands.
func (v *Visit) PasswordSet(credential string) error {
	cookie, err := v.remember(&identity.Authentication{Person: v.Person, Credential: credential})
	v.cookies = append(v.cookies, v.jar.set(knownCookie, cookie, knownLifetime))
	return err
}

// confirmed notes in the cookie that a user who had signed in has given a second factor.
func (v *Visit) confirmed(uid string) error {
	known := v.Known()
	n := slices.IndexFunc(known, func(u identity.Known) bool { return u.UserUID == uid })
	if n < 0 {
		return nil
	}
	known[n].FactorAt = v.visits.Now().UnixMilli()
	cookie, err := v.sealKnown(known)
	v.cookies = append(v.cookies, v.jar.set(knownCookie, cookie, knownLifetime))
	return err
}

func (v *Visit) sealKnown(users []identity.Known) (string, error) {
	plain, err := json.Marshal(known{knownVersion, users[:min(maxKnown, len(users))]})
	if err != nil {
		return "", fmt.Errorf("encode known browser: %w", err)
	}
	return v.Set.Seal(keys.PurposeKnownBrowser, v.visits.Issuer(), plain), nil
}
