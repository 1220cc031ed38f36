package clients_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/clientstest"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

const tickets = "https://mcp.example.com/tickets"

// spellings are what a client may list that is not the identifier byte for byte.
var spellings = []string{
	"HTTPS://mcp.example.com/tickets", "https://MCP.example.com/tickets", "https://mcp.example.com:443/tickets", "https://mcp.example.com/tickets/",
	"https://mcp.example.com/%74ickets", "https://mcp.example.com//tickets", "https://mcp.example.com/./tickets", "https://mcp.example.com./tickets",
	"https://mcp.example.com/tickets?", "https://mcp.example.com/tickets#x", "https://a@mcp.example.com/tickets",
}

// withResource returns the client team.basic, which lists the identifier of a resource of
// another namespace, and everything that looks like it.
func withResource(t testing.TB, change func(*oauthv1alpha1.OAuthResourceSpec)) *clients.Client {
	t.Helper()
	registry := clientstest.NewRegistryWith(t, keystest.NewStore(t), clientstest.Resource("system", "tickets", tickets, change), func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Audiences = append(c.Spec.Audiences, tickets, "https://mcp.example.com/Tickets", "https://mcp.example.com/tickets2")
		for _, spelling := range spellings {
			c.Spec.Audiences = append(c.Spec.Audiences, oauthv1alpha1.Audience(spelling))
		}
	})
	return clientstest.Known(t, registry, "team.basic")
}

// A resource decides alone about its identifier, however a client spells it.
func TestNoSpellingIsAWayAroundAResource(t *testing.T) {
	c := withResource(t, func(*oauthv1alpha1.OAuthResourceSpec) {})
	for _, name := range []string{"resource", "audience"} {
		for _, asked := range append([]string{tickets}, spellings...) {
			if got, ok := c.Audiences(url.Values{name: {asked}}); ok {
				t.Errorf("%s=%s gives %s", name, asked, got)
			}
			if c.Targets(asked) {
				t.Errorf("%s stays", asked)
			}
		}
		for _, asked := range []string{"api", "https://mcp.example.com/Tickets", "https://mcp.example.com/tickets2"} {
			if got, ok := c.Audiences(url.Values{name: {asked}}); !ok || !slices.Equal(got, []string{asked}) {
				t.Errorf("%s=%s gives %s", name, asked, got)
			}
		}
	}
	if c.MayAsk("tickets.read", []string{tickets}) {
		t.Error("the client may ask for a scope of the resource")
	}
}

// With its owner's permission every equivalent spelling gives the identifier.
func TestSpellingsOfAResource(t *testing.T) {
	c := withResource(t, func(s *oauthv1alpha1.OAuthResourceSpec) { s.Clients.Namespaces.From = oauthv1alpha1.NamespacesFromAll })
	for asked, ok := range map[string]bool{
		tickets: true, "HTTPS://MCP.example.com:443/tickets/": true, "https://mcp.example.com/tickets/": true, "https://mcp.example.com/%74ickets": false,
		"https://mcp.example.com/tickets?x": false, "https://mcp.example.com/tickets/more": false, "https://mcp.example.com": false,
	} {
		if got, allowed := c.Audiences(url.Values{"resource": {asked}}); allowed != ok || ok && !slices.Equal(got, []string{tickets}) {
			t.Errorf("%s gives %s", asked, got)
		}
	}
	if !c.MayAsk("tickets.read", []string{tickets}) || c.MayAsk("tickets.read", []string{"api"}) {
		t.Error("the client may not ask for the scope of the resource, or elsewhere")
	}
	if access := c.Access([]string{"read", "tickets.read"}, []string{tickets, "api"}, true); !slices.Equal(access.Scopes, []string{"read"}) ||
		!slices.Equal(access.Audiences, []string{tickets + " ", "api", tickets + " tickets.read"}) || !access.Offline {
		t.Errorf("the user is asked for %+v", access)
	}
}

func all(s *oauthv1alpha1.OAuthResourceSpec) {
	s.Clients.Namespaces.From = oauthv1alpha1.NamespacesFromAll
	s.Scopes = append(s.Scopes, oauthv1alpha1.ResourceScope{Name: "tickets.later"})
}

// A token has the scopes that were granted at its own audience: not those that another one
// has, nor those that the resource gained since.
func TestScopesBelongToTheirAudience(t *testing.T) {
	c := withResource(t, all)
	granted := c.Access([]string{"read", "tickets.read"}, []string{tickets, "api"}, false)
	opened, ok := c.Granted(grants.DigestsOf(granted.Scopes), grants.DigestsOf(granted.Audiences))
	if !ok || !slices.Equal(opened.Scopes, granted.Scopes) || !slices.Equal(opened.Audiences, granted.Audiences) {
		t.Fatalf("a code for %+v gives %+v", granted, opened)
	}
	for audience, wanted := range map[string][]string{tickets: {"read", "tickets.read"}, "api": {"read"}} {
		if got := c.ScopesAt(opened, []string{audience}); !slices.Equal(got, wanted) {
			t.Errorf("a token for %s has %s", audience, got)
		}
	}
	// Agreeing to the audience before it was a resource says nothing about scopes.
	if got := c.ScopesAt(consents.Access{Scopes: []string{"read", "tickets.read"}, Audiences: []string{tickets}}, []string{tickets}); !slices.Equal(got, []string{"read"}) {
		t.Errorf("a token has %s", got)
	}
}

// What was granted for a resource is of no use once there is none, even if the client may ask
// for the audience without it, as the catalogue and its spec.audiences allow.
func TestGrantedResourcesEnd(t *testing.T) {
	refused := func(s *oauthv1alpha1.OAuthResourceSpec) { all(s); s.Scopes[0].Name = "read" }
	for name, test := range map[string]struct {
		change func(*oauthv1alpha1.OAuthResourceSpec)
		plain  bool
	}{"refused": {refused, false}, "gone": {func(s *oauthv1alpha1.OAuthResourceSpec) { s.Identifier = "system.other" }, true}} {
		t.Run(name, func(t *testing.T) {
			c, granted := withResource(t, test.change), consents.At(tickets, "")
			if _, ok := c.Granted(nil, grants.DigestsOf([]string{granted})); ok || c.Holds(granted, "alice", nil) {
				t.Error("it still gives tokens")
			}
			if c.Holds(tickets, "alice", nil) != test.plain || c.Targets(tickets) != test.plain || c.Admitted([]string{tickets}, "alice", nil) != test.plain ||
				c.Alone([]string{tickets}) != test.plain || c.OfResource([]string{tickets}) == test.plain {
				t.Error("what was granted without the resource does not follow spec.audiences")
			}
		})
	}
}

// A request is answered at once, whatever its length.
func TestManyAudiences(t *testing.T) {
	c := withResource(t, all)
	for _, form := range []url.Values{
		{"resource": slices.Repeat([]string{tickets}, 17)}, {"audience": slices.Repeat([]string{"api"}, 17)}, {"audience": {strings.Repeat("api ", 16) + "api"}},
	} {
		if got, ok := c.Audiences(form); ok {
			t.Errorf("%v gives %s", form, got)
		}
	}
	if _, ok := c.Audiences(url.Values{"resource": slices.Repeat([]string{tickets}, 16)}); !ok {
		t.Error("16 are too many")
	}
}

// A user can only allow what a Consent has space for.
func TestManyScopes(t *testing.T) {
	c := withResource(t, func(s *oauthv1alpha1.OAuthResourceSpec) {
		all(s)
		for n := range 64 {
			s.Scopes = append(s.Scopes, oauthv1alpha1.ResourceScope{Name: oauthv1alpha1.Scope(fmt.Sprint("many", n))})
		}
	})
	for n, ok := range map[int]bool{63: true, 64: false} {
		var scopes []string
		for i := range n {
			scopes = append(scopes, fmt.Sprint("many", i))
		}
		list := strings.Join(scopes, " ")
		_, err := request.Scopes(url.Values{"scope": {list + " " + list}}, c, []string{tickets})
		if (err == nil) != ok || err != nil && httpx.CodeOf(err) != httpx.CodeInvalidScope {
			t.Errorf("%d scopes: %v", n, err)
		}
	}
}

// virtual is a source of clients without an OAuthClient.
type virtual struct{}

func (virtual) Client(id string) (*clients.Client, error) {
	return clients.New(clientspec.Client{ID: id, UID: types.UID(clientid.OfDocument(id)), Scopes: []string{"openid"}, Audiences: []string{tickets}}), nil
}

// Clients without an OAuthClient are in no namespace, so no rule about namespaces means them.
func TestVirtualClientsNeedTheirOwnPermission(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*oauthv1alpha1.ResourceClients)
		ok     bool
	}{
		"nothing said":   {func(*oauthv1alpha1.ResourceClients) {}, false},
		"all namespaces": {func(c *oauthv1alpha1.ResourceClients) { c.Namespaces.From = oauthv1alpha1.NamespacesFromAll }, false},
		"a selector that matches no labels": {func(c *oauthv1alpha1.ResourceClients) {
			c.Namespaces.From, c.Namespaces.Selector = oauthv1alpha1.NamespacesFromSelector, &metav1.LabelSelector{}
		}, false},
		"documents": {func(c *oauthv1alpha1.ResourceClients) { c.MetadataDocuments = oauthv1alpha1.ResourceClientsAllow }, true},
	} {
		t.Run(name, func(t *testing.T) {
			resource := clientstest.Resource("system", "tickets", tickets, func(s *oauthv1alpha1.OAuthResourceSpec) { test.change(&s.Clients) })
			chain := &lookup.Chain{
				Registry: clientstest.NewRegistryWith(t, keystest.NewStore(t), resource, func(*oauthv1alpha1.OAuthClient) {}), Others: []lookup.Source{virtual{}},
			}
			c, err := chain.Client("https://agent.example/client.json")
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := c.Audiences(url.Values{"resource": {tickets}}); ok != test.ok || c.MayAsk("tickets.read", []string{tickets}) != test.ok {
				t.Errorf("the client may ask: %v", ok)
			}
		})
	}
}

// What clients pay that use no resource: nothing.
func BenchmarkAudienceOfOrdinaryClient(b *testing.B) {
	c := withResource(b, func(*oauthv1alpha1.OAuthResourceSpec) {})
	granted := []string{"api"}
	b.ReportAllocs()
	for b.Loop() {
		if !c.Targets("api") || !c.MayAsk("read", granted) || !c.Admitted(granted, "alice", nil) || !c.Alone(granted) || c.AccessLifetime(granted) == 0 {
			b.Fatal("refused")
		}
		if _, ok := c.AccessBinding(granted); !ok {
			b.Fatal("refused")
		}
	}
}
