package exchange

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/clientstest"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/token"
	"github.com/grantor-dev/grantor/server/tokens"
)

var rounds = flag.Int("rounds", 3000, "how many chains of exchanges are tried")

// known are clients by their IDs.
type known map[string]*clients.Client

// Client implements tokens.Clients.
func (k known) Client(id string) (*clients.Client, error) { return k[id], nil }

var (
	allScopes    = []string{"openid", "email", "offline_access", "read", "write", "admin"}
	allAudiences = []string{"team.a", "team.b", "team.c", "team.d", "https://orders.example"}
)

// some returns some of a list.
func some(r *rand.Rand, from []string) []string {
	return slices.DeleteFunc(slices.Clone(from), func(string) bool { return r.IntN(2) == 0 })
}

// anyClient returns a client of which everything that decides about exchanges is random.
func anyClient(r *rand.Rand, id string) *clients.Client {
	spec := clientspec.Client{
		Namespace: []string{"team", "other"}[r.IntN(2)], ID: id, UID: clientstest.UID(strings.ReplaceAll(id, ".", "-")), Method: "client_secret_basic",
		GrantTypes: []string{grantType}, Scopes: some(r, allScopes), Audiences: append(some(r, allAudiences), clientstest.Issuer),
		Tokens:   clientspec.Tokens{AccessLifetime: time.Duration(1+r.IntN(3600)) * time.Second, AccessFormat: "JWT"},
		Exchange: workloads.Exchange{Scopes: some(r, []string{"read", "admin"}), OmitActor: r.IntN(3) == 0, BeyondConsent: r.IntN(4) == 0},
	}
	if r.IntN(2) == 0 {
		spec.Tokens.AccessFormat = "Opaque"
	}
	spec.Interactive.Pairwise = r.IntN(4) == 0
	if r.IntN(4) == 0 {
		spec.Interactive.Groups = some(r, []string{"staff", "guests"})
	}
	if r.IntN(4) == 0 {
		spec.Interactive.Providers = some(r, []string{"corp", "local"})
	}
	return clients.New(spec)
}

// anySubject returns what the first token of a chain says.
func anySubject(r *rand.Rand, now time.Time) *subject {
	s := &subject{
		scopes: some(r, allScopes), audiences: some(r, allAudiences), client: "team.web", began: now,
		until: now.Add(time.Duration(1+r.IntN(3600)) * time.Second).Truncate(time.Second),
	}
	switch r.IntN(3) {
	case 0:
		s.sub, s.from = "team.web", []string{"first"}
	case 1:
		s.sub, s.scopes = "serviceaccount:team:billing", nil
	default:
		s.grant = &grants.Grant{Name: "grant", Subject: "local:ada", AuthTime: now, Scopes: some(r, allScopes), Audiences: some(r, allAudiences)}
		s.user = &identity.Person{Subject: "local:ada", Source: "corp", Username: "ada", Groups: some(r, []string{"staff", "guests"})}
	}
	s.hops = []tokens.Hop{{ClientID: s.client, ClientUID: "uid", Audience: s.audiences, Scope: strings.Join(s.scopes, " ")}}
	if s.bound = r.IntN(4) == 0; s.bound {
		s.confirmation, s.own = grants.Confirmation{JKT: "key-0"}, r.IntN(2) == 0
	}
	return s
}

// anyForm returns what a client asks for.
func anyForm(r *rand.Rand) url.Values {
	form := url.Values{}
	if r.IntN(3) > 0 {
		form.Set("scope", strings.Join(some(r, append(allScopes, "unheard-of")), " "))
	}
	if r.IntN(4) > 0 {
		form["audience"] = []string{append(allAudiences, "https://unheard-of.example")[r.IntN(len(allAudiences)+1)]}
	}
	if r.IntN(8) == 0 {
		form["resource"] = some(r, allAudiences)
	}
	return form
}

// TestNeverWider makes random chains of exchanges: whatever the tokens, the clients and the
// requests, the result is never wider in scope, audience, lifetime or subject than its inputs
// and the client's object, and chains stop at four.
func TestNeverWider(t *testing.T) {
	t.Parallel()
	store, longest, refusals := keystest.NewStore(t), 0, map[string]int{}
	for round := range *rounds {
		r := rand.New(rand.NewPCG(8693, uint64(round)))
		now := time.Unix(1_800_000_000, int64(r.IntN(1e9)))
		clock := func() time.Time { return now }
		issuer := func() string { return clientstest.Issuer }
		all := known{}
		for _, id := range allAudiences[:4] {
			all[id] = anyClient(r, id)
		}
		g := &Grant{Verifier: &tokens.Verifier{Issuer: issuer, Keys: store, Now: clock, Clients: all}}
		maker := &tokens.Maker{Issuer: issuer, Keys: store, Now: clock}
		s := anySubject(r, now)
		first := *s
		chain, ids := 0, slices.Sorted(maps.Keys(all))
		for range 12 {
			client := all[ids[r.IntN(len(ids))]]
			request := token.Request{Client: client, Form: anyForm(r)}
			if r.IntN(2) == 0 {
				request.Proved.JKT = fmt.Sprintf("key-%d", r.IntN(2))
			}
			target, err := targetOf(client, request.Form)
			var content tokens.Content
			if err == nil {
				content, err = g.content(request, s, target)
			}
			if err != nil {
				refusal, ok := errors.AsType[*httpx.Error](err)
				if !ok || refusal.Status != 400 {
					t.Fatalf("round %d: %v", round, err)
				}
				refusals[refusal.Code]++
				continue
			}
			content.Confirmation = tokens.Bound("", request.Proved)
			made, err := maker.Make(client, content)
			if err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
			claims, err := g.Access(made.Access)
			if err != nil || claims == nil || made.ID != "" || made.Refresh != "" {
				t.Fatalf("round %d: %+v, %v", round, made, err)
			}
			chain++
			if what := wider(claims, s, &first, client, chain); what != "" {
				t.Fatalf("round %d: %s\nof %+v\nmade %+v", round, what, s, claims)
			}
			next := told(claims, false)
			next.grant, next.user, next.scopes = s.grant, s.user, tokens.Scopes(claims.Scope)
			s = next
			now = now.Add(time.Duration(r.IntN(5)) * time.Second)
			if !now.Before(s.until) {
				break
			}
		}
		longest = max(longest, chain)
	}
	if longest != tokens.MaxExchanges {
		t.Errorf("the longest chain has %d exchanges", longest)
	}
	for _, code := range []string{httpx.CodeInvalidRequest, httpx.CodeInvalidScope, httpx.CodeInvalidTarget, httpx.CodeInvalidDPoPProof} {
		if refusals[code] == 0 {
			t.Errorf("nothing was refused with %s: %v", code, refusals)
		}
	}
}

// wider returns what a token has that it must not have.
func wider(claims *tokens.AccessClaims, s, first *subject, client *clients.Client, chain int) string {
	for _, scope := range tokens.Scopes(claims.Scope) {
		carried := slices.Contains(s.scopes, scope) || slices.Contains(client.Exchange().Scopes, scope) && (first.grant == nil ||
			client.Exchange().BeyondConsent || slices.Contains(first.grant.Scopes, scope) && slices.Contains(first.grant.Audiences, claims.Audience[0]))
		if !carried || !slices.Contains(client.GetScopes(), scope) || scope == grants.ScopeOffline {
			return "scope " + scope
		}
	}
	for _, hop := range claims.Hops {
		if slices.ContainsFunc(tokens.Scopes(hop.Scope), func(scope string) bool { return !slices.Contains(tokens.Scopes(claims.Scope), scope) }) {
			return "scopes of tokens before it"
		}
	}
	switch {
	case first.grant != nil && !client.Exchange().BeyondConsent && !slices.Contains(first.grant.Audiences, claims.Audience[0]) &&
		claims.Audience[0] != client.GetID() && !strings.HasPrefix(claims.Audience[0], client.Namespace()+"."):
		return "audience that the user was not asked for"
	case claims.FirstIssued().Unix() > first.began.Unix() || len(claims.Hops) != chain || claims.Hops[0].ClientID != first.client:
		return "what led to it"
	case len(claims.Audience) != 1 || !slices.Contains(client.GetAudience(), claims.Audience[0]):
		return "audience"
	case claims.ExpiresAt > s.until.Unix() || claims.ExpiresAt-claims.IssuedAt > int64(client.Tokens().AccessLifetime/time.Second):
		return "lifetime"
	case claims.ClientID != client.GetID() || claims.Exchanges != chain || chain > tokens.MaxExchanges:
		return "chain"
	case s.bound && claims.Confirmation == (grants.Confirmation{}):
		return "binding"
	case first.grant == nil && (claims.Subject != first.sub || claims.Grant != ""):
		return "subject"
	case first.grant != nil && (claims.Grant != first.grant.Name || !client.Admits(first.user)):
		return "user"
	case first.grant != nil && claims.Subject != "local:ada" && !strings.HasPrefix(claims.Subject, "pairwise:"):
		return "subject"
	case first.grant != nil && client.People().Pairwise && claims.Subject == "local:ada":
		return "subject of a client that is not to know it"
	case len(first.from) > 0 && !slices.Contains(claims.From, "first"):
		return "what ends it"
	}
	actor := claims.Actor
	if !client.Exchange().OmitActor {
		if actor == nil || actor.Subject != "client:"+client.GetID() {
			return "actor"
		}
		actor = actor.Actor
	}
	if actor != s.actor && (actor == nil || s.actor == nil || actor.Subject != s.actor.Subject) {
		return "earlier actors"
	}
	return ""
}
