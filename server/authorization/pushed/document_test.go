package pushed

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clientdocuments"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

// undescribed has no documents, and an error instead.
type undescribed struct{ err error }

// Describe implements Documents.
func (u undescribed) Describe(context.Context, *clients.Client, clientdocuments.Asker) (*clients.Client, error) {
	return nil, u.err
}

// A client is told to come back where only too many others ask for documents.
func TestClientsWithoutADescription(t *testing.T) {
	client := clients.New(clientspec.Client{UID: "cimd-00112233445566778899aabbccddeeff"})
	spent := httpx.Spent(http.StatusServiceUnavailable, time.Second, "Too many.")
	for name, test := range map[string]struct {
		err    error
		status int
	}{
		"a host that is not named": {clientdocuments.ErrSignIn, http.StatusBadRequest},
		"too many others":          {errors.Join(clientdocuments.ErrSignIn, spent), http.StatusServiceUnavailable},
	} {
		e := New(Options{Documents: undescribed{test.err}, Address: func(*http.Request) netip.Addr { return netip.Addr{} }})
		_, err := e.described(httptest.NewRequest(http.MethodPost, "/par", http.NoBody), client)
		refusal, ok := errors.AsType[*httpx.Error](err)
		if !ok || refusal.Status != test.status || (refusal.RetryAfter > 0) != (test.status == http.StatusServiceUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
