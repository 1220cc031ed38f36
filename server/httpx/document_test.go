package httpx_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/grantor-dev/grantor/server/httpx"
)

func TestDocument(t *testing.T) {
	doc, err := httpx.NewDocument(map[string]string{"issuer": "https://auth.example.com"}, 60)
	if err != nil {
		t.Fatal(err)
	}
	serve := func(known ...string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.Header["If-None-Match"] = known
		doc.Serve(w, r)
		return w
	}
	first := serve()
	tag := first.Header().Get("ETag")
	if first.Code != http.StatusOK || first.Body.String() != `{"issuer":"https://auth.example.com"}` || len(tag) < 10 ||
		first.Header().Get("Cache-Control") != "public, max-age=60" || first.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("answered %d %v %s", first.Code, first.Header(), first.Body)
	}
	for name, test := range map[string]struct {
		known  []string
		status int
	}{
		"the same":           {[]string{tag}, http.StatusNotModified},
		"a weak one":         {[]string{"W/" + tag}, http.StatusNotModified},
		"one of a list":      {[]string{`"x", ` + tag + `,"y"`}, http.StatusNotModified},
		"one of two headers": {[]string{`"x"`, tag}, http.StatusNotModified},
		"any":                {[]string{"*"}, http.StatusNotModified},
		"another":            {[]string{`"x"`}, http.StatusOK},
		"part of it":         {[]string{tag[:5]}, http.StatusOK},
		"nothing":            {[]string{""}, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			w := serve(test.known...)
			if w.Code != test.status || (w.Body.Len() == 0) != (test.status == http.StatusNotModified) ||
				w.Header().Get("ETag") != tag || w.Header().Get("Cache-Control") == "" {
				t.Errorf("answered %d %v %s", w.Code, w.Header(), w.Body)
			}
		})
	}
	other, err := httpx.NewDocument("other", 60)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	other.Serve(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	if w.Header().Get("ETag") == tag {
		t.Error("two documents have one tag")
	}
}
