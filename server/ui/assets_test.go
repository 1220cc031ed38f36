package ui_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/ui"
)

func get(pages *ui.Pages, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	pages.Assets().ServeHTTP(w, httptest.NewRequest(method, path, http.NoBody))
	return w
}

func TestPagesNameAssetsThatAreThere(t *testing.T) {
	pages := newPages(t, "/auth")
	w, elements := written(t, newPages(t, "/auth"), ui.FormPost{To: "https://app.example.com"}, ui.Policy{})
	size := w.Body.Len()
	for uri, contentType := range map[string]string{
		attribute(find(elements, "link", "rel", "stylesheet")[0], "href"): "text/css; charset=utf-8",
		attribute(find(elements, "link", "rel", "icon")[0], "href"):       "image/svg+xml",
		attribute(find(elements, "script", "", "")[0], "src"):             "text/javascript; charset=utf-8",
	} {
		asset := get(pages, http.MethodGet, uri)
		if asset.Code != http.StatusOK || asset.Header().Get("Content-Type") != contentType ||
			asset.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %d %v", uri, asset.Code, asset.Header())
		}
		size += asset.Body.Len()
	}
	if size > 20<<10 {
		t.Errorf("a page with all that it loads has %d bytes", size)
	}
}

func TestOtherAssets(t *testing.T) {
	pages := newPages(t, "")
	for name, test := range map[string]struct {
		method, path string
		status       int
		caching      string
	}{
		"the style of another version is this one's, and nobody keeps it": {http.MethodGet, "/assets/grantor-0000000000000000.css", 200, "no-store"},
		"an unknown file":                {http.MethodGet, "/assets/other-00.css", 404, ""},
		"a file outside of the assets":   {http.MethodGet, "/assets/../pages.go", 404, ""},
		"the directory":                  {http.MethodGet, "/assets/", 404, ""},
		"nothing can be written to them": {http.MethodPost, "/assets/grantor-00.css", 405, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := get(pages, test.method, test.path)
			if w.Code != test.status || w.Header().Get("Cache-Control") != test.caching {
				t.Errorf("answered %d %v", w.Code, w.Header())
			}
			if w.Code == http.StatusOK && !strings.Contains(w.Body.String(), "--accent") {
				t.Errorf("answered %s", w.Body)
			}
		})
	}
}
