package replicas

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	discoveryv1 "k8s.io/api/discovery/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/replicas"
)

// endpoints are what a Service has; the real API server is asked in test/lifecycle.
type endpoints struct {
	client.Reader
	slices []discoveryv1.EndpointSlice
}

func (e endpoints) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	list.(*discoveryv1.EndpointSliceList).Items = e.slices
	return nil
}

// replica returns the endpoints of a replica that answers as told.
func replica(t *testing.T, handler http.HandlerFunc) discoveryv1.EndpointSlice {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return at(t, server.Listener.Addr().String())
}

func at(t *testing.T, address string) discoveryv1.EndpointSlice {
	t.Helper()
	_, text, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return discoveryv1.EndpointSlice{
		Ports:     []discoveryv1.EndpointPort{{Name: new(oauthv1alpha1.InternalPortName), Port: new(int32(port))}},
		Endpoints: []discoveryv1.Endpoint{{Addresses: []string{"replica.localhost"}}},
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func TestHowFarAChangeHasCome(t *testing.T) {
	t.Parallel()
	gone := func(t *testing.T) discoveryv1.EndpointSlice {
		server := httptest.NewServer(status(204))
		server.Close()
		return at(t, server.Listener.Addr().String())
	}
	answers := func(code int) func(*testing.T) discoveryv1.EndpointSlice {
		return func(t *testing.T) discoveryv1.EndpointSlice { return replica(t, status(code)) }
	}
	silent := func(t *testing.T) discoveryv1.EndpointSlice {
		return replica(t, func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(30 * time.Second):
			}
		})
	}
	elsewhere := func(t *testing.T) discoveryv1.EndpointSlice {
		return replica(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/healthz", http.StatusFound)
		})
	}
	type replicas []func(*testing.T) discoveryv1.EndpointSlice
	tests := map[string]struct {
		replicas replicas
		want     Coverage
		complete bool
	}{
		"none has its method":          {replicas{answers(501), answers(501)}, Coverage{Behind: 2, Unable: 2}, false},
		"one has not its method":       {replicas{answers(204), answers(501)}, Coverage{Loaded: 1, Behind: 1, Unable: 1}, false},
		"all have loaded it":           {replicas{answers(204), answers(204)}, Coverage{Loaded: 2}, true},
		"one has not":                  {replicas{answers(204), answers(404)}, Coverage{Loaded: 1, Behind: 1}, false},
		"one cannot tell":              {replicas{answers(204), answers(503)}, Coverage{Loaded: 1, Behind: 1}, false},
		"one that refuses connections": {replicas{answers(204), gone}, Coverage{Loaded: 1}, true},
		"none but one that refuses":    {replicas{gone}, Coverage{}, false},
		"one that does not answer":     {replicas{answers(204), silent}, Coverage{Loaded: 1, Behind: 1}, false},
		"one that sends elsewhere":     {replicas{elsewhere}, Coverage{Behind: 1}, false},
		"one that says something else": {replicas{answers(200)}, Coverage{Behind: 1}, false},
		"no replica is no good news":   {nil, Coverage{}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var found endpoints
			for _, start := range test.replicas {
				found.slices = append(found.slices, start(t))
			}
			got, err := New(found).Coverage(t.Context(), &oauthv1alpha1.OAuthServer{}, &oauthv1alpha1.OAuthClient{})
			if err != nil || got != test.want || got.Complete() != test.complete {
				t.Errorf("got %+v (%v), wanted %+v", got, err, test.want)
			}
		})
	}
}

func TestAskerPutsTheQuestion(t *testing.T) {
	t.Parallel()
	c := &oauthv1alpha1.OAuthClient{}
	c.Namespace, c.Name, c.UID, c.Generation = "team", "app", "uid", 3
	slice := replica(t, func(w http.ResponseWriter, r *http.Request) {
		if question, ok := replicas.Parse(r.URL.Query()); ok && question == replicas.About(c) && r.URL.Path == replicas.Path {
			w.WriteHeader(http.StatusNoContent)
		}
	})
	coverage, err := New(endpoints{slices: []discoveryv1.EndpointSlice{slice}}).Coverage(t.Context(), &oauthv1alpha1.OAuthServer{}, c)
	if err != nil || !coverage.Complete() {
		t.Errorf("%+v, %v", coverage, err)
	}
}
