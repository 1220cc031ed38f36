package elsewhere

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestWantsPage(t *testing.T) {
	for name, test := range map[string]struct {
		accept []string
		want   bool
	}{
		"nothing":                   {nil, false},
		"Chromium":                  {[]string{"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}, true},
		"curl and Go":               {[]string{"*/*"}, false},
		"a program":                 {[]string{"application/json"}, false},
		"either, HTML a little":     {[]string{"application/json, Text/HTML ; q=0.1"}, true},
		"all but HTML":              {[]string{"text/html;q=0, */*"}, false},
		"all but HTML, spelled out": {[]string{"text/html; charset=utf-8; Q=0.000, */*"}, false},
		"two headers":               {[]string{"application/json", "text/html"}, true},
		"another text":              {[]string{"text/htmlx, text/*"}, false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/nowhere", http.NoBody)
		r.Header["Accept"] = test.accept
		if got := WantsPage(r); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
