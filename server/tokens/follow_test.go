package tokens

import (
	"testing"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

type byID map[string]*clients.Client

func (b byID) Client(id string) (*clients.Client, error) { return b[id], nil }

// Each client that led to a user's token must still admit the user, and may still get its
// audience by the user's consent.
func TestUsersChainsEnd(t *testing.T) {
	const grant = "urn:ietf:params:oauth:grant-type:token-exchange"
	for name, test := range map[string]struct {
		id     string
		change func(*clientspec.Client)
		counts bool
	}{
		"nothing happened":             {"", nil, true},
		"the first admits others":      {"shop.web", func(c *clientspec.Client) { c.Interactive.Users = []string{"bob"} }, false},
		"one between admits others":    {"shop.a", func(c *clientspec.Client) { c.Interactive.Users = []string{"bob"} }, false},
		"the last one admits others":   {"team.b", func(c *clientspec.Client) { c.Interactive.Users = []string{"bob"} }, false},
		"one lets in users of others":  {"shop.a", func(c *clientspec.Client) { c.Interactive.Providers = []string{"github", "local"} }, false},
		"one lets in users of theirs":  {"shop.a", func(c *clientspec.Client) { c.Interactive.Providers = []string{"corp"} }, true},
		"the first demands a factor":   {"shop.web", func(c *clientspec.Client) { c.Interactive.SecondFactor = true }, false},
		"one between demands a factor": {"shop.a", func(c *clientspec.Client) { c.Interactive.SecondFactor = true }, false},
		"the last demands a factor":    {"team.b", func(c *clientspec.Client) { c.Interactive.SecondFactor = true }, false},
		"the last one needs a policy":  {"team.b", func(c *clientspec.Client) { c.Exchange.BeyondConsent = false }, false},
		"one between needs no policy":  {"shop.a", func(c *clientspec.Client) { c.Exchange.BeyondConsent = true }, true},
		"one between may not exchange": {"shop.a", func(c *clientspec.Client) { c.GrantTypes = nil }, false},
	} {
		t.Run(name, func(t *testing.T) {
			all := byID{}
			for _, id := range []string{"shop.web", "shop.a", "team.b"} {
				spec := clientspec.Client{
					ID: id, UID: "uid", Namespace: id[:4], Method: "client_secret_basic", GrantTypes: []string{grant},
					Exchange: workloads.Exchange{Clients: []string{"*"}, BeyondConsent: id == "team.b"},
				}
				if id == test.id {
					test.change(&spec)
				}
				all[id] = clients.New(spec)
			}
			v := &Verifier{Issuer: func() string { return "https://auth.example.com" }, Clients: all}
			claims := &AccessClaims{ClientID: "team.b", ClientUID: "uid", Audience: []string{"far.api"}, Chain: Chain{Exchanges: 2, Hops: []Hop{
				{ClientID: "shop.web", ClientUID: "uid", Audience: []string{"far.gateway"}}, {ClientID: "shop.a", ClientUID: "uid", Audience: []string{"shop.b"}},
			}}}
			of := &Authorization{User: &identity.Person{Source: "corp", Username: "ada"}, Grant: &grants.Grant{Audiences: []string{"far.gateway"}}}
			if counts, err := v.follow(claims, of); err != nil || counts != test.counts {
				t.Errorf("%t, %v", counts, err)
			}
		})
	}
}
