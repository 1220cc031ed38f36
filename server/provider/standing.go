package provider

import (
	"context"
	"time"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// standing returns the person of an authorization if that person and the client
// still stand behind what was issued at a time, else nil. It reads nothing from
// storage, so every step can ask.
//
// The person is asked about the time of the password: a replica that had not heard of
// sessionsNotBefore yet may have issued something later from a Login that had ended.
func (p *Provider) standing(ctx context.Context, client *clients.Client, g *grants.Grant, issuedAt time.Time) (*identity.Person, error) {
	person, err := p.People.Lookup(ctx, g.Subject)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if person == nil || !person.Honours(g.UserUID, g.AuthTime) || !client.Honours(g.ClientUID, issuedAt) ||
		!client.Admits(person.Username, person.Groups) {
		return nil, nil //nolint:nilnil // that nobody stands behind it is an answer
	}
	return person, nil
}

// loggedIn reports whether the Login that a Grant ends with still counts, and until
// when. A Grant that names none outlives every Login.
func (p *Provider) loggedIn(ctx context.Context, name, subject string) (until time.Time, ok bool, err error) {
	if name == "" {
		return time.Time{}, true, nil
	}
	login, err := p.Logins.Find(ctx, name, p.Now())
	if err != nil {
		return time.Time{}, false, httpx.Unavailable(err)
	}
	if login == nil || login.Subject != subject {
		return time.Time{}, false, nil
	}
	return login.ExpiresAt, true, nil
}

// keep keeps a Grant for as long as its Login lasts if the client is to be told when
// that ends: by then it may be all that tells who to tell.
func keep(g *grants.Grant, client *clients.Client, until time.Time) {
	if client.People().BackchannelURI != "" {
		g.Keep(until)
	}
}

func lifetimes(client *clients.Client) grants.Lifetimes {
	t := client.Tokens()
	l := grants.Lifetimes{Whole: t.RefreshLifetime, Idle: t.RefreshIdle, Access: t.AccessLifetime}
	if !refreshes(client) {
		l.Whole, l.Idle = t.AccessLifetime, t.AccessLifetime
	}
	return l
}
