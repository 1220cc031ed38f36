package chain

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/accounts"
	"github.com/grantor-dev/grantor/server/identity/connectors"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/server/storage/persons"
)

// Arrive returns who a user is who has just signed in at a provider, and stores what the
// provider said: at most one write. It returns an accounts.Refusal for a user who is not let in.
func (s *Source) Arrive(ctx context.Context, p *providers.Provider, account upstream.Account, credential string) (*identity.Authentication, error) {
	who := &identity.Authentication{Evidence: evidence(p, &account), Credential: credential}
	person, linked, err := s.who(p, &account)
	if err != nil {
		return nil, err
	}
	subject := accounts.Subject(p.Name, account.ID)
	account.Groups = accounts.Relevant(p.Object, account.Groups)
	account = persons.Fit(account)
	account.AuthTime = 0
	now := s.Now()
	stored, err := s.Persons.SignIn(ctx, persons.Person{Subject: subject, Provider: p.Name, Account: account, Realm: p.Realm}, func(known *persons.Person) bool {
		return !known.Blocked && known.Realm == p.Realm && reflect.DeepEqual(known.Account, account) && now.Sub(known.CheckedAt) < p.Interval/2 &&
			known.ExpiresAt.Sub(now) > persons.Lifetime*11/12
	}, now)
	if errors.Is(err, identity.ErrBusy) {
		return nil, err
	}
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	s.cache.put(subject, stored, now)
	if linked {
		who.Link = identity.Link{Subject: subject, UID: stored.UID}
	}
	who.Person = since(person, stored)
	return who, nil
}

// maxMethods is how many methods of a sign-in are taken over.
const maxMethods, maxMethod = 8, 64

// evidence says how a user signed in. A statement of the provider counts only if
// spec.secondFactor lists it.
func evidence(p *providers.Provider, a *upstream.Account) identity.Evidence {
	out := identity.Evidence{Source: p.Name, Session: a.Session}
	if !p.Redirects() {
		out.AMR = a.AMR
		return out
	}
	if out.Said = a.AuthTime; out.Said <= 0 {
		out.Said = identity.Unsaid
	}
	rule := &p.Object.Spec.SecondFactor
	trusted := a.ACR != "" && slices.Contains(rule.ACR, a.ACR) ||
		slices.ContainsFunc(a.AMR, func(method string) bool { return slices.Contains(rule.AMR, method) })
	if !trusted {
		return out
	}
	for _, method := range a.AMR {
		if len(out.AMR) < maxMethods && len(method) <= maxMethod && method != identity.MethodMany {
			out.AMR = append(out.AMR, method)
		}
	}
	out.AMR = append(out.AMR, identity.MethodMany)
	return out
}

// hintOf returns the ID token with which a provider recognizes the session that a user signs out
// of. The stored one is from the last sign-in, which may have been in another browser.
func hintOf(a *upstream.Account, from *identity.Evidence) string {
	if a.Session != from.Session {
		return ""
	}
	return a.IDToken
}

// SignOut returns the display name of the provider where a user signed in, and the URL of its
// sign-out; empty if that is not known.
func (s *Source) SignOut(ctx context.Context, from *identity.Evidence, subject string) (name, uri string) {
	p := s.Providers.Provider(from.Source)
	if p == nil {
		return "", ""
	}
	connector, err := s.Connectors.Of(p)
	if err != nil {
		return "", ""
	}
	out, ok := connector.(connectors.SignsOut)
	if !ok {
		return "", ""
	}
	hint := ""
	if accounts.Provider(subject) == p.Name {
		if stored, err := s.stored(ctx, subject); err == nil && stored != nil && stored.Realm == p.Realm {
			hint = hintOf(&stored.Account, from)
		}
	}
	return p.DisplayName, out.LogoutURL(ctx, hint)
}
