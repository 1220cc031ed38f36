package introspection

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/clients/clientstest"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/tokens"
)

// memory knows no revoked token, and counts what it is asked.
type memory struct {
	err   error
	asked int
}

func (m *memory) Revoked(context.Context, string) (bool, error) {
	m.asked++
	return false, m.err
}

// issued returns an endpoint with its storage and clients, and a token of team.basic.
func issued(t *testing.T) (*Endpoint, *memory, *lookup.Registry, string) {
	t.Helper()
	store, m := keystest.NewStore(t), &memory{}
	registry, issuer := clientstest.NewRegistry(t, store), func() string { return clientstest.Issuer }
	maker := tokens.Maker{Issuer: issuer, Keys: store, Now: time.Now}
	made, err := maker.Make(clientstest.Known(t, registry, "team.basic"), tokens.Content{Scopes: []string{"read"}})
	if err != nil {
		t.Fatal(err)
	}
	verifier := &tokens.Verifier{Issuer: issuer, Keys: store, Now: time.Now, Clients: registry, Revocations: m}
	return &Endpoint{Tokens: verifier}, m, registry, made.Access
}

func TestIntrospectionThatStorageRefused(t *testing.T) {
	e, m, registry, token := issued(t)
	owner := clientstest.Known(t, registry, "team.basic")
	if response, err := e.introspect(t.Context(), owner, token); err != nil || !response.Active || m.asked != 1 {
		t.Errorf("while storage answers: %+v, %v, asked %d times", response, err, m.asked)
	}
	m.err = errors.New("storage is gone")
	response, err := e.introspect(t.Context(), owner, token)
	if response != nil {
		t.Errorf("says %+v next to %v", response, err)
	}
	if refusal, ok := err.(*httpx.Error); !ok || refusal.Status != http.StatusServiceUnavailable || refusal.RetryAfter == 0 {
		t.Error(err)
	}
}

// Only a token of one's own costs a look into storage.
func TestForeignTokensNeverReachStorage(t *testing.T) {
	e, m, registry, token := issued(t)
	if response, err := e.introspect(t.Context(), clientstest.Known(t, registry, "team.other"), token); err != nil || response.Active {
		t.Errorf("by another: %+v, %v", response, err)
	}
	if _, err := e.introspect(t.Context(), clientstest.Known(t, registry, "team.public"), token); err == nil {
		t.Error("a public client may introspect")
	}
	if m.asked != 0 {
		t.Errorf("storage was asked %d times", m.asked)
	}
}
