package registration

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
)

// everyone registers all clients, and records that.
type everyone struct{}

func (everyone) Register(ctx context.Context, m Metadata) (Response, error) {
	audit.Record(ctx, audit.Event{Decision: audit.Registration})
	return Response{Metadata: m, ClientID: "gdr_AA"}, nil
}

func newEndpoint(address netip.Addr) *Endpoint {
	return &Endpoint{
		Settings: func() *serverspec.Settings {
			return &serverspec.Settings{Registration: serverspec.Registration{Anonymous: &serverspec.Anonymous{}}}
		},
		Now:       func() time.Time { return time.Unix(1_800_000_000, 0) },
		Address:   func(*http.Request) netip.Addr { return address },
		Limiter:   limits.New(),
		Anonymous: everyone{},
	}
}

// send posts a body and returns the status, and what was recorded.
func send(t *testing.T, e *Endpoint, body string, header http.Header) (int, []audit.Event) {
	t.Helper()
	ctx, trail := audit.Begin(t.Context())
	w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodPost, "/register", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	maps.Copy(r.Header, header)
	err := e.ServeEndpoint(w, r)
	if refusal, ok := errors.AsType[*httpx.Error](err); ok {
		return refusal.Status, trail.Events
	}
	return w.Code, trail.Events
}

// Where nobody knows from where requests come, all of them have one limit.
func TestLimits(t *testing.T) {
	for name, test := range map[string]struct {
		address netip.Addr
		most    int
	}{"an address": {netip.MustParseAddr("192.0.2.1"), byAddress.Burst}, "none": {netip.Addr{}, byUnknown.Burst}} {
		e := newEndpoint(test.address)
		for n := range test.most {
			if status, _ := send(t, e, "{}", nil); status != http.StatusCreated {
				t.Fatalf("%s: number %d is answered with %d", name, n, status)
			}
		}
		if status, _ := send(t, e, "{}", nil); status != http.StatusTooManyRequests {
			t.Errorf("%s: the next one is answered with %d", name, status)
		}
	}
}

// Each refusal is recorded once.
func TestRefusalsAreRecorded(t *testing.T) {
	for name, test := range map[string]struct {
		body   string
		header http.Header
		status int
		code   string
	}{
		"a client":     {"{}", nil, http.StatusCreated, ""},
		"no JSON":      {"{", nil, http.StatusBadRequest, httpx.CodeInvalidClientMetadata},
		"a form":       {"a=b", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, http.StatusBadRequest, httpx.CodeInvalidRequest},
		"a large body": {`{"x":"` + strings.Repeat("x", 70_000) + `"}`, nil, http.StatusRequestEntityTooLarge, httpx.CodeInvalidRequest},
		"a token":      {"{}", http.Header{"Authorization": {"Bearer x"}}, http.StatusUnauthorized, httpx.CodeInvalidToken},
		"a password":   {"{}", http.Header{"Authorization": {"Basic eDp5"}}, http.StatusUnauthorized, httpx.CodeInvalidToken},
	} {
		status, events := send(t, newEndpoint(netip.Addr{}), test.body, test.header)
		if status != test.status || len(events) != 1 || events[0].Decision != audit.Registration || events[0].Refused != test.code {
			t.Errorf("%s: %d, recorded %+v", name, status, events)
		}
	}
	e := newEndpoint(netip.MustParseAddr("192.0.2.1"))
	for range byAddress.Burst {
		send(t, e, "{}", nil)
	}
	if status, events := send(t, e, "{}", nil); status != http.StatusTooManyRequests || len(events) != 1 || events[0].Refused != httpx.CodeTemporarilyUnavailable {
		t.Errorf("one too many: %d, recorded %+v", status, events)
	}
}

// What a page sends with the browser of its visitor takes nothing from the visitor's limit.
func TestPagesUseUpNoLimit(t *testing.T) {
	e := newEndpoint(netip.MustParseAddr("192.0.2.1"))
	form := httptest.NewRequest(http.MethodPost, "/api/client", strings.NewReader("a=b"))
	form.Header.Set("Origin", "https://page.example")
	for range 2 * byAddress.Burst {
		if status, _ := send(t, e, "{}", http.Header{"Content-Type": {"text/plain"}}); status != http.StatusBadRequest {
			t.Fatalf("a text is answered with %d", status)
		}
		if refusal, ok := errors.AsType[*httpx.Error](Strangers{e}.Admit(form)); !ok || refusal.Status != http.StatusForbidden {
			t.Fatalf("a form is answered with %v", refusal)
		}
	}
	if status, _ := send(t, e, "{}", nil); status != http.StatusCreated {
		t.Errorf("after that, the visitor is answered with %d", status)
	}
	form.Header.Del("Origin")
	if err := (Strangers{e}).Admit(form); err != nil {
		t.Errorf("after that, an application is answered with %v", err)
	}
}
