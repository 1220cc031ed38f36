package tokens_test

import (
	"context"
	"encoding/base64"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

func exchanged() tokens.AccessClaims {
	claims := content()
	claims.ClientID, claims.ClientUID, claims.Subject = "team.b", "uid-of-team.b", "team.web"
	claims.Audience = []string{"team.c"}
	claims.Chain = tokens.Chain{Exchanges: 2, Began: 900, From: []string{"first", "second"}, Hops: []tokens.Hop{
		{ClientID: "team.web", ClientUID: "uid-of-team.web", Audience: []string{"team.a"}, Scope: "read"},
		{ClientID: "team.a", ClientUID: "uid-of-team.a", Audience: []string{"team.b"}, Scope: "read"},
	}}
	return claims
}

// Who acted before and what the user is called elsewhere is nobody's business, and a server
// that knows no exchanges must neither accept the token nor end the Grant by it.
func TestChainsAreSealed(t *testing.T) {
	set, want := newKeys(t), exchanged()
	want.Grant = "the-grant"
	for _, form := range forms {
		token := mint(t, set, form, want)
		got, err := tokens.Parse(set, issuer, token, time.Unix(1000, 0))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", form, got, err)
		}
	}
	token := mint(t, set, forms[0], want)
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, told := range []string{"client_uid", "grant_id", "the-grant", "team.a", "first"} {
		if strings.Contains(string(raw), told) {
			t.Errorf("the token tells %s: %s", told, raw)
		}
	}
	again := mint(t, set, forms[0], want)
	if strings.Split(again, ".")[1] == strings.Split(token, ".")[1] {
		t.Error("two tokens of one Grant can be told to be")
	}
	// What was sealed for one token means nothing in another.
	other := content()
	for part := range strings.SplitSeq(string(raw), `"`) {
		if len(part) > 100 {
			other.Sealed = part
		}
	}
	other.ID = "other"
	if _, err := tokens.Parse(set, issuer, mint(t, set, forms[0], other), time.Unix(1000, 0)); other.Sealed == "" || !errors.Is(err, tokens.ErrInvalid) {
		t.Errorf("a chain of another token: %v", err)
	}
}

type known map[string]*clients.Client

func (k known) Client(id string) (*clients.Client, error) { return k[id], nil }

// ended are ids of tokens that were revoked. It answers once all questions have been asked.
type ended struct {
	ids      map[string]bool
	expected int
	asked    chan struct{}
}

func (e *ended) Revoked(ctx context.Context, id string) (bool, error) {
	e.asked <- struct{}{}
	for len(e.asked) < e.expected {
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	return e.ids[id], nil
}

type labels struct{}

func (labels) NamespaceLabels(string) (map[string]string, bool) { return nil, false }

const exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange"

func member(id string, change func(*clientspec.Client)) *clients.Client {
	spec := clientspec.Client{
		ID: id, UID: types.UID("uid-of-" + id), Namespace: "team", Method: "client_secret_basic", GrantTypes: []string{exchangeGrant},
		Scopes: []string{"read"}, Audiences: []string{"team.a", "team.b", "team.c", issuer},
	}
	if change != nil {
		change(&spec)
	}
	return clients.New(spec)
}

// Everything that led to a token counts for as long as it does: each client, and the time from
// which on it wants to honour what was issued.
func TestChainsEnd(t *testing.T) {
	federated := workloads.Exchange{Federated: []workloads.Federated{{TrustedIssuer: "ci", Subject: "job"}}}
	notBefore := func(at int64) func(*clientspec.Client) {
		return func(c *clientspec.Client) { c.NotBefore = time.Unix(at, 0) }
	}
	job := func(c *tokens.AccessClaims) {
		c.Subject, c.Hops[0] = "workload:ci:job", tokens.Hop{Audience: []string{"team.a"}}
	}
	for name, test := range map[string]struct {
		change map[string]func(*clientspec.Client)
		claims func(*tokens.AccessClaims)
		gone   string
		active bool
		scopes string
	}{
		"nothing happened":                  {active: true, scopes: "read"},
		"the first client is gone":          {gone: "team.web"},
		"one between is gone":               {gone: "team.a"},
		"the last one is gone":              {gone: "team.b"},
		"one between is another":            {claims: func(c *tokens.AccessClaims) { c.Hops[1].ClientUID = "former" }},
		"the first one began anew":          {change: map[string]func(*clientspec.Client){"team.web": notBefore(901)}},
		"one between began anew":            {change: map[string]func(*clientspec.Client){"team.a": notBefore(950)}},
		"the last one began anew":           {change: map[string]func(*clientspec.Client){"team.b": notBefore(950)}},
		"all began anew before":             {change: map[string]func(*clientspec.Client){"team.web": notBefore(900), "team.a": notBefore(900), "team.b": notBefore(900)}, active: true, scopes: "read"},
		"a resource between is gone":        {claims: func(c *tokens.AccessClaims) { c.Hops[1].OfResource = true }},
		"one between may not exchange":      {change: map[string]func(*clientspec.Client){"team.a": func(c *clientspec.Client) { c.GrantTypes = nil }}},
		"one between lists the first not":   {change: map[string]func(*clientspec.Client){"team.a": func(c *clientspec.Client) { c.Exchange = workloads.Exchange{Clients: []string{"team.b"}} }}},
		"the last one lists the first not":  {change: map[string]func(*clientspec.Client){"team.b": func(c *clientspec.Client) { c.Exchange = workloads.Exchange{Clients: []string{"team.a"}} }}},
		"the first client has lost a scope": {change: map[string]func(*clientspec.Client){"team.web": func(c *clientspec.Client) { c.Scopes = nil }}, active: true},
		"one between has lost a scope":      {change: map[string]func(*clientspec.Client){"team.a": func(c *clientspec.Client) { c.Scopes = nil }}, active: true},
		"a scope was added, and no more":    {claims: func(c *tokens.AccessClaims) { c.Hops[1].Scope = "" }, active: true},
		"a scope was added": {
			claims: func(c *tokens.AccessClaims) { c.Hops[1].Scope = "" }, active: true, scopes: "read",
			change: map[string]func(*clientspec.Client){"team.b": func(c *clientspec.Client) { c.Exchange.Scopes = []string{"read"} }, "team.a": func(c *clientspec.Client) { c.Scopes = nil }},
		},
		"a job that is listed":     {claims: job, change: map[string]func(*clientspec.Client){"team.a": func(c *clientspec.Client) { c.Exchange = federated }}, active: true},
		"a job that is not":        {claims: job},
		"the first one is revoked": {claims: func(c *tokens.AccessClaims) { c.From[0] = "revoked" }},
		"the token is revoked":     {claims: func(c *tokens.AccessClaims) { c.ID = "revoked" }},
	} {
		t.Run(name, func(t *testing.T) {
			all := known{}
			for _, id := range []string{"team.web", "team.a", "team.b"} {
				all[id] = member(id, func(c *clientspec.Client) {
					c.Exchange = workloads.Exchange{Clients: []string{"*"}}
					if change := test.change[id]; change != nil {
						change(c)
					}
				})
			}
			delete(all, test.gone)
			claims := exchanged()
			if test.claims != nil {
				test.claims(&claims)
			}
			v := &tokens.Verifier{
				Issuer: func() string { return issuer }, Keys: keystest.NewStore(t), Clients: all, Namespaces: labels{},
				Revocations: &ended{ids: map[string]bool{"revoked": true}, expected: 3, asked: make(chan struct{}, 3)},
			}
			owner, g, err := v.Owner(t.Context(), &claims)
			if err != nil || g != nil || (owner != nil) != test.active {
				t.Fatalf("%v, %v", owner, err)
			}
			if !test.active {
				return
			}
			if scopes, err := v.CurrentScopes(&claims, nil); err != nil || strings.Join(scopes, " ") != test.scopes {
				t.Errorf("scopes %q, %v", scopes, err)
			}
		})
	}
}

// A user's consent is a user's: what a client's object says takes its place only by a policy.
func TestConsentBoundsExchanges(t *testing.T) {
	g := &grants.Grant{Scopes: []string{"read"}, Audiences: []string{"far.api", "https://mcp.example.com ", "https://mcp.example.com tickets.read"}}
	v := &tokens.Verifier{Issuer: func() string { return issuer }}
	own := member("https://team.example", func(c *clientspec.Client) { c.Exchange.Scopes = []string{"read", "write", "tickets.read"} })
	free := member("team.a", func(c *clientspec.Client) {
		c.Exchange.Scopes, c.Exchange.BeyondConsent = []string{"write"}, true
	})
	for audience, may := range map[string]bool{
		"far.api": true, "https://mcp.example.com": true, "team.b": true, "https://team.example": true,
		"far.other": false, "team2.a": false, "team": false, "https://other.example": false, issuer: false,
	} {
		if v.MayTarget(own, g, audience) != may || !v.MayTarget(free, g, audience) || !v.MayTarget(own, nil, audience) {
			t.Errorf("%s", audience)
		}
	}
	if !v.MayTarget(own, &grants.Grant{}, issuer) {
		t.Error("the issuer is the audience of a Grant without one")
	}
	for of, adds := range map[[2]string]bool{
		{"read", "far.api"}: true, {"write", "far.api"}: false, {"read", "team.b"}: false, {"tickets.read", "https://mcp.example.com"}: true, {"tickets.read", "far.api"}: false,
	} {
		if tokens.Adds(own, g, of[0], of[1]) != adds || !tokens.Adds(own, nil, of[0], of[1]) {
			t.Errorf("%v", of)
		}
	}
	if !tokens.Adds(free, g, "write", "far.other") || tokens.Adds(free, g, "read", "far.api") {
		t.Error("a policy does not decide")
	}
}

// The claim that leads an ID token to its Grant cannot be made by a client's object.
func TestReservedClaims(t *testing.T) {
	c := clients.New(clientspec.Client{Interactive: clientspec.Interactive{Claims: []oauthv1alpha1.ClaimMapping{
		{Name: "grant_id", From: "sub"}, {Name: "Grant_ID", From: "sub"}, {Name: "who", From: "sub"},
	}}})
	claims := tokens.ClaimsFor(c, &identity.Person{Subject: "sub"}, "sub", nil, 0)
	if len(claims) == 0 || claims["who"] != "sub" || claims["grant_id"] != nil || claims["Grant_ID"] != nil {
		t.Errorf("%v", claims)
	}
}
