package gate

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/tokens"
)

// slow has no client, and counts who asks for one.
type slow struct {
	asked   chan struct{}
	release chan struct{}
}

// Client implements tokens.Clients.
func (s *slow) Client(string) (*clients.Client, error) {
	s.asked <- struct{}{}
	<-s.release
	return nil, nil //nolint:nilnil // that there is none is an answer
}

// reading returns an endpoint whose tokens are looked up slowly, and a function that makes one.
func reading(t *testing.T) (*Endpoint, *slow, func(audience string, ofResource bool) string) {
	t.Helper()
	e, _ := asking()
	store, registry := keystest.NewStore(t), &slow{make(chan struct{}), make(chan struct{})}
	e.Tokens = &tokens.Verifier{Issuer: e.Issuer, Keys: store, Now: time.Now, Clients: registry}
	e.Trusted = func() []netip.Prefix { return nil }
	set, err := store.Current()
	if err != nil {
		t.Fatal(err)
	}
	return e, registry, func(audience string, ofResource bool) string {
		token, err := tokens.Mint(set, "JWT", tokens.AccessClaims{
			Issuer: e.Issuer(), ClientID: "shop.web", Audience: []string{audience}, ExpiresAt: time.Now().Add(time.Hour).Unix(), OfResource: ofResource,
		})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
}

func (e *Endpoint) status(ctx context.Context, name, token string) int {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/x/gate/shop/"+name, http.NoBody)
	r.RemoteAddr, r.Host = "10.0.0.1:1", "main-oauth"
	r.Header.Set("Authorization", "Bearer "+token)
	err := e.ServeEndpoint(httptest.NewRecorder(), r)
	if refusal, ok := errors.AsType[*httpx.Error](err); ok {
		return refusal.Status
	}
	return http.StatusOK
}

// A token that is older than the resource of its audience is refused, and nothing is read for it.
func TestTokensOfAnAudience(t *testing.T) {
	e, registry, mint := reading(t)
	go func() {
		for range registry.asked {
			t.Error("the client is looked up")
		}
	}()
	close(registry.release)
	if status := e.status(t.Context(), "tickets", mint("shop.tickets", false)); status != http.StatusUnauthorized {
		t.Errorf("the answer is %d", status)
	}
	close(registry.asked)
}

// Tokens of one resource leave room for tokens of another.
func TestShares(t *testing.T) {
	e, registry, mint := reading(t)
	token, other := mint("shop.tickets", true), mint("shop.orders", true)
	answers := make(chan int, maxReads+1)
	ask := func(name, token string) { answers <- e.status(t.Context(), name, token) }
	for range maxReads {
		go ask("tickets", token)
		<-registry.asked
	}
	go ask("tickets", token)
	select {
	case status := <-answers:
		if status != http.StatusServiceUnavailable {
			t.Errorf("one more is answered with %d", status)
		}
	case <-registry.asked:
		t.Fatal("one more is looked up")
	}
	go ask("orders", other)
	<-registry.asked
	close(registry.release)
	for range maxReads + 1 {
		if status := <-answers; status != http.StatusUnauthorized {
			t.Errorf("the answer is %d", status)
		}
	}
	if len(e.shares.taken) != 0 {
		t.Errorf("still taken: %v", e.shares.taken)
	}
}
