package browser

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="5" fill="#2a7f62"/></svg>`

// gallery shows the samples under /pages/<look>/<language>/<name>, and under /nothing counts what
// reached the application of a form post.
type gallery struct {
	*httptest.Server
	received atomic.Int64
}

// galleryLooks are the looks of the gallery: that of an OAuthServer that says nothing, and another.
var galleryLooks = map[string]*ui.Look{
	"plain": {Words: ui.Words{Name: "id.example.com"}},
	"own": {
		Words: ui.Words{Name: "Example Corporation", Sentence: "For employees of Example Corporation and their guests.", HelpURI: "https://help.example.com", PrivacyURI: "https://example.com/privacy"},
		Color: "#e4a400", Logo: ui.NewLogo("image/svg+xml", []byte(logo)),
	},
}

func newGallery(t *testing.T) *gallery {
	t.Helper()
	g, mux := &gallery{}, http.NewServeMux()
	for name, look := range galleryLooks {
		base := "/pages/" + name
		pages, err := ui.New(func() string { return base }, func() *ui.Look { return look })
		if err != nil {
			t.Fatal(err)
		}
		mux.Handle("GET "+base+"/assets/{asset}", pages.Assets())
		mux.HandleFunc("GET "+base+"/{language}/{name}", func(w http.ResponseWriter, r *http.Request) {
			if err := pages.Write(w, texts.Language(r.PathValue("language")), http.StatusOK, allSamples(g.URL)[r.PathValue("name")], ui.Policy{}); err != nil {
				t.Error(err)
			}
		})
	}
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

// visit is a page to look at.
type visit struct {
	Name     string `json:"name"`
	URL      string `json:"url"`
	Thorough bool   `json:"thorough"`
	// Turn is the look in which it is examined, if not thoroughly.
	Turn int `json:"turn"`
}

// visits are all samples in all languages: in English as they are without an appearance, in the
// others with one.
func (g *gallery) visits() []visit {
	var out []visit
	for n, name := range slices.Sorted(maps.Keys(allSamples(g.URL))) {
		out = append(out, visit{Name: name, URL: g.URL + "/pages/plain/en/" + name, Thorough: true})
		for m, l := range texts.Languages()[1:] {
			out = append(out, visit{Name: name + "." + l, URL: g.URL + "/pages/own/" + l + "/" + name, Turn: n + m})
		}
	}
	for _, name := range []string{"login", "consent", "account"} {
		out = append(out, visit{Name: "own-" + name, URL: g.URL + "/pages/own/en/" + name, Thorough: true})
	}
	return out
}

// What a sample does on purpose: a logo that is gone.
var gone = regexp.MustCompile(`console: Failed to load resource.*/missing\.svg\)$`)

func TestPagesWithAnyTextAreAccessible(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	var complaints []string
	play(t, "look", map[string]any{"pages": g.visits(), "screenshots": screenshots(t)}, &complaints)
	for _, complaint := range complaints {
		if !gone.MatchString(complaint) {
			t.Error(complaint)
		}
	}
	if g.received.Load() == 0 {
		t.Error("no form post was submitted")
	}
}

func TestPagesAreReadWithoutScripts(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	var result struct {
		Said       map[string]string
		Complaints []string
	}
	play(t, "withoutScripts", map[string]any{"pages": g.visits()}, &result)
	for _, complaint := range result.Complaints {
		if !gone.MatchString(complaint) {
			t.Error(complaint)
		}
	}
	for _, v := range g.visits() {
		if strings.TrimSpace(result.Said[v.Name]) == "" {
			t.Errorf("%s says nothing", v.Name)
		}
	}
	if g.received.Load() != 0 {
		t.Error("a form post was submitted by no one")
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
