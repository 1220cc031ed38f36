package browser

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="5" fill="#2a7f62"/></svg>`

// gallery shows the samples under /pages/<name>, and under /nothing counts what
// reached the application of a form post.
type gallery struct {
	*httptest.Server
	received atomic.Int64
}

func newGallery(t *testing.T) *gallery {
	t.Helper()
	pages, err := ui.New(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	g, mux := &gallery{}, http.NewServeMux()
	mux.Handle("/assets/", pages.Assets())
	mux.HandleFunc("GET /pages/{name}", func(w http.ResponseWriter, r *http.Request) {
		if err := pages.Write(w, texts.English, http.StatusOK, samples(g.URL)[r.PathValue("name")], ui.Policy{}); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("GET /logo.svg", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = w.Write([]byte(logo))
	})
	mux.HandleFunc("POST /nothing", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("code") == "c" {
			g.received.Add(1)
		}
		// The browser stays on the page, which can be looked at.
		w.WriteHeader(http.StatusNoContent)
	})
	g.Server = httptest.NewServer(mux)
	t.Cleanup(g.Close)
	return g
}

func TestPagesWithAnyTextAreAccessible(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	addresses := map[string]string{}
	for name := range samples(g.URL) {
		addresses[name] = g.URL + "/pages/" + name
	}
	var complaints []string
	play(t, "look", map[string]any{"pages": addresses, "screenshots": screenshots(t)}, &complaints)
	// What a sample does on purpose: a logo that is gone.
	expected := regexp.MustCompile(`console: Failed to load resource.*/missing\.svg\)$`)
	for _, complaint := range complaints {
		if !expected.MatchString(complaint) {
			t.Error(complaint)
		}
	}
	if g.received.Load() == 0 {
		t.Errorf("no form post was submitted by %v", slices.Sorted(maps.Keys(addresses)))
	}
}

func TestNoOtherSiteFramesAPage(t *testing.T) {
	t.Parallel()
	var result struct{ Forms int }
	p := newParty(t)
	play(t, "framed", map[string]string{"application": p.Other + "/single", "page": p.request("framed", nil)}, &result)
	if result.Forms != 0 {
		t.Error("another site shows the page in a frame")
	}
}
