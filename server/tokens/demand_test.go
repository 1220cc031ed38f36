package tokens

import (
	"context"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

type oneUser struct{ *identity.Person }

func (u oneUser) Lookup(context.Context, string, identity.Link) (*identity.Person, error) {
	return u.Person, nil
}

// A client that demands a second factor since a Grant began does not honour it if the user
// gave a password only; one of a sign-in that was stepped up goes on.
func TestDemandEndsGrants(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	v := &Verifier{Users: oneUser{&identity.Person{Subject: "local:ada", UID: "ada"}}, Now: func() time.Time { return now }}
	for name, test := range map[string]struct {
		demands bool
		amr     []string
		counts  bool
	}{
		"a password":                            {false, []string{"pwd"}, true},
		"a password where a factor is needed":   {true, []string{"pwd"}, false},
		"no method where a factor is needed":    {true, nil, false},
		"both":                                  {true, []string{"pwd", "otp", "mfa"}, true},
		"both at a provider":                    {true, []string{"mfa"}, true},
		"a code where a second one is needed":   {true, []string{"otp"}, false},
		"both where a password would be enough": {false, []string{"pwd", "pop", "mfa"}, true},
	} {
		client := clients.New(clientspec.Client{ID: "shop.web", UID: "uid", Interactive: clientspec.Interactive{SecondFactor: test.demands}})
		g := &grants.Grant{Subject: "local:ada", UserUID: "ada", ClientUID: "uid", AMR: test.amr, AuthTime: now}
		if user, err := v.honoured(t.Context(), client, g, now); err != nil || (user != nil) != test.counts {
			t.Errorf("%s: %v, %v", name, user, err)
		}
	}
}

type someClients map[string]*clients.Client

func (s someClients) Client(id string) (*clients.Client, error) { return s[id], nil }

// A token says itself whether its user gave a factor, and each of its clients may demand one.
func TestInsufficient(t *testing.T) {
	of := func(id string, demands bool) *clients.Client {
		return clients.New(clientspec.Client{ID: id, Interactive: clientspec.Interactive{SecondFactor: demands}})
	}
	v := &Verifier{Clients: someClients{"easy": of("easy", false), "strict": of("strict", true)}}
	exchanged := Chain{Exchanges: 1, Hops: []Hop{{ClientID: "strict", Audience: []string{"easy"}}}}
	for name, test := range map[string]struct {
		claims AccessClaims
		want   bool
	}{
		"a password for a client that demands a factor": {AccessClaims{ClientID: "strict", Grant: "g"}, true},
		"a factor":                           {AccessClaims{ClientID: "strict", Grant: "g", ACR: identity.ACRSecondFactor}, false},
		"a client that demands nothing":      {AccessClaims{ClientID: "easy", Grant: "g"}, false},
		"a client that is gone":              {AccessClaims{ClientID: "gone", Grant: "g"}, false},
		"a client's own token":               {AccessClaims{ClientID: "strict"}, false},
		"exchanged, of one that demands one": {AccessClaims{ClientID: "easy", Grant: "g", Chain: exchanged}, true},
	} {
		if got, err := v.Insufficient(&test.claims); err != nil || got != test.want {
			t.Errorf("%s: %t, %v", name, got, err)
		}
	}
}
