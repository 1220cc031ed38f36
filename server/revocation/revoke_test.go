package revocation

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/clientstest"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/tokens"
)

// memory remembers revoked tokens and counts what it is asked.
type memory struct {
	revoked map[string]time.Time
	err     error
	asked   int
	// full is what says that there is no room.
	full error
}

func (m *memory) Revocation(string) error { return m.full }

func (m *memory) Revoke(_ context.Context, _, id string, expiresAt time.Time) error {
	m.asked++
	if m.err == nil {
		m.revoked[id] = expiresAt
	}
	return m.err
}

// issued returns an endpoint with its storage and clients, and a token of team.basic.
func issued(t *testing.T) (*Endpoint, *memory, *lookup.Registry, string) {
	t.Helper()
	store, m := keystest.NewStore(t), &memory{revoked: map[string]time.Time{}}
	registry, issuer := clientstest.NewRegistry(t, store), func() string { return clientstest.Issuer }
	maker := tokens.Maker{Issuer: issuer, Keys: store, Now: time.Now}
	made, err := maker.Make(clientstest.Known(t, registry, "team.basic"), tokens.Content{Scopes: []string{"read"}})
	if err != nil {
		t.Fatal(err)
	}
	return New(nil, &tokens.Verifier{Issuer: issuer, Keys: store, Now: time.Now}, nil, m, m), m, registry, made.Access
}

// fosite answers 200 to a revocation that storage refused.
func TestRevocationThatStorageRefused(t *testing.T) {
	e, m, registry, token := issued(t)
	m.err = errors.New("storage is gone")
	err := e.revoke(t.Context(), clientstest.Known(t, registry, "team.basic"), token)
	if refusal, ok := err.(*httpx.Error); !ok || refusal.Status != http.StatusServiceUnavailable || refusal.RetryAfter == 0 {
		t.Error(err)
	}
	if m.asked != 1 {
		t.Errorf("storage was asked %d times", m.asked)
	}
}

// A revocation that cannot be stored is not acknowledged.
func TestRevocationForWhichThereIsNoRoom(t *testing.T) {
	e, m, registry, token := issued(t)
	m.full = httpx.Spent(http.StatusServiceUnavailable, 1, "Wait.")
	if err := e.revoke(t.Context(), clientstest.Known(t, registry, "team.basic"), token); !errors.Is(err, m.full) || m.asked != 0 {
		t.Errorf("%v, and storage was asked %d times", err, m.asked)
	}
}

// Only a token of one's own costs a look into storage.
func TestForeignTokensNeverReachStorage(t *testing.T) {
	e, m, registry, token := issued(t)
	other, public := clientstest.Known(t, registry, "team.other"), clientstest.Known(t, registry, "team.public")
	for _, client := range []*clients.Client{other, public} {
		if err := e.revoke(t.Context(), client, token); err == nil {
			t.Errorf("%s revokes the token of another", client.GetID())
		}
	}
	for _, text := range []string{"", "x", token + "x"} {
		if err := e.revoke(t.Context(), other, text); err != nil {
			t.Error(err)
		}
	}
	if m.asked != 0 || len(m.revoked) != 0 {
		t.Errorf("storage was asked %d times", m.asked)
	}
}
