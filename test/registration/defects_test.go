package registration

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// defects is how many registrations are sent with each defect.
var defects = flag.Int("defects", 5, "how many registrations to send with each defect")

// codes are those of RFC 7591 section 3.2.2, and that of RFC 6749 for what is no JSON.
var codes = []string{"invalid_redirect_uri", "invalid_client_metadata", "unapproved_software_statement", "invalid_request"}

// Each defect is told by a registered code and a sentence, and nothing of the request is in it
// that could be mistaken for the server's own words.
func TestDefects(t *testing.T) {
	g := grantor(t)
	with := func(name string, value any) func(int) []byte {
		return func(n int) []byte {
			m := metadata(map[string]any{name: value})
			m["software_id"] = fmt.Sprint(n)
			body, _ := json.Marshal(m)
			return body
		}
	}
	raw := func(body string) func(int) []byte { return func(int) []byte { return []byte(body) } }
	random := rand.New(rand.NewPCG(7, 7))
	for name, test := range map[string]struct {
		body func(int) []byte
		code string
	}{
		"an empty body":                {raw(""), "invalid_client_metadata"},
		"no object":                    {raw(`["a"]`), "invalid_client_metadata"},
		"half an object":               {raw(`{"redirect_uris":[`), "invalid_client_metadata"},
		"a member twice":               {raw(`{"redirect_uris":["https://app.example/"],"redirect_uris":["https://app.example/"]}`), "invalid_client_metadata"},
		"a deep value":                 {raw(`{"x":` + strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000) + `}`), "invalid_client_metadata"},
		"a large body":                 {raw(`{"x":"` + strings.Repeat("x", 70_000) + `"}`), "invalid_request"},
		"other bytes":                  {raw("{\"client_name\":\"\xff\"}"), "invalid_client_metadata"},
		"no redirect URIs":             {with("redirect_uris", nil), "invalid_redirect_uri"},
		"an empty list of them":        {with("redirect_uris", []string{}), "invalid_redirect_uri"},
		"a text":                       {with("redirect_uris", "https://app.example/"), "invalid_redirect_uri"},
		"another host":                 {with("redirect_uris", []string{"https://evil.example/"}), "invalid_redirect_uri"},
		"a fragment":                   {with("redirect_uris", []string{"https://app.example/#x"}), "invalid_redirect_uri"},
		"a script":                     {with("redirect_uris", []string{"javascript:alert(1)"}), "invalid_redirect_uri"},
		"http":                         {with("redirect_uris", []string{"http://app.example/"}), "invalid_redirect_uri"},
		"a name that is a number":      {with("client_name", 7), "invalid_client_metadata"},
		"a name with a line break":     {with("client_name", "a\nb"), "invalid_client_metadata"},
		"a name that turns":            {with("client_name", "\u202eknab"), "invalid_client_metadata"},
		"a long name":                  {with("client_name", strings.Repeat("n", 101)), "invalid_client_metadata"},
		"a name of many bytes":         {with("client_name", strings.Repeat("\U00010348", 99)), "invalid_client_metadata"},
		"a long redirect URI":          {with("redirect_uris", []string{"https://app.example/" + strings.Repeat("x", 500)}), "invalid_client_metadata"},
		"a software statement":         {with("software_statement", "eyJ"), "unapproved_software_statement"},
		"tokens of its own":            {with("grant_types", []string{"client_credentials"}), "invalid_client_metadata"},
		"tokens in the browser":        {with("response_types", []string{"token"}), "invalid_client_metadata"},
		"a key":                        {with("token_endpoint_auth_method", "private_key_jwt"), "invalid_client_metadata"},
		"a method that is none of all": {with("token_endpoint_auth_method", "\u0000"), "invalid_client_metadata"},
		"scopes that are a list":       {with("scope", []string{"openid"}), "invalid_client_metadata"},
		"keys in two ways":             {with("jwks_uri", "javascript:x"), "invalid_client_metadata"},
	} {
		t.Run(name, func(t *testing.T) {
			for n := range *defects {
				answer := post(t, g.Servers[n%2].Options().URL, test.body(n))
				if answer.Code() != test.code || answer.Status >= http.StatusInternalServerError || answer.Status < http.StatusBadRequest || text(answer.JSON, "error_description") == "" {
					t.Fatalf("/register answers %d %s", answer.Status, answer.Body)
				}
			}
		})
	}
	good, _ := json.Marshal(metadata(nil))
	before := heap(t, g.Servers[0].Options().MetricsURL)
	for n := range 20 * *defects {
		body := slices.Clone(good)
		for range 1 + random.IntN(4) {
			body[random.IntN(len(body))] = byte(random.IntN(256))
		}
		answer := post(t, g.Servers[n%2].Options().URL, body)
		if answer.Status != http.StatusCreated && !slices.Contains(codes, answer.Code()) || answer.Status >= http.StatusInternalServerError {
			t.Errorf("%q: %d %s", body, answer.Status, answer.Body)
		}
	}
	if after := heap(t, g.Servers[0].Options().MetricsURL); after > before+64<<20 {
		t.Errorf("the replica had %.0f bytes on its heap and has %.0f", before, after)
	}
}

// heap returns how many bytes a replica has on its heap, garbage included.
func heap(t testing.TB, at string) float64 {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(installation.Do(t, request).Body) {
		if value, ok := strings.CutPrefix(line, "go_memstats_heap_alloc_bytes "); ok {
			bytes, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				t.Fatal(err)
			}
			return bytes
		}
	}
	t.Fatal("no heap in the metrics")
	return 0
}

// How a request is sent matters, too.
func TestRequests(t *testing.T) {
	g := grantor(t)
	good, _ := json.Marshal(metadata(nil))
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for name, test := range map[string]struct {
		change func(*http.Request)
		status int
		code   string
	}{
		"a form":                   {set("Content-Type", "application/x-www-form-urlencoded"), 400, "invalid_request"},
		"no type":                  {func(r *http.Request) { r.Header.Del("Content-Type") }, 400, "invalid_request"},
		"a charset":                {set("Content-Type", "application/json; charset=utf-8"), 201, ""},
		"a query":                  {func(r *http.Request) { r.URL.RawQuery = "x=y" }, 400, "invalid_request"},
		"GET":                      {func(r *http.Request) { r.Method, r.Body = http.MethodGet, http.NoBody; r.ContentLength = 0 }, 405, "invalid_request"},
		"a token":                  {set("Authorization", "Bearer x"), 401, "invalid_token"},
		"an empty token":           {set("Authorization", "Bearer "), 401, "invalid_token"},
		"a password":               {set("Authorization", "Basic eDp5"), 401, "invalid_token"},
		"two headers":              {func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer x", "Bearer y"} }, 401, "invalid_token"},
		"a script of another site": {set("Origin", "https://inspector.example"), 201, ""},
	} {
		answer := post(t, g.Issuer, good, test.change)
		if answer.Status != test.status || answer.Code() != test.code {
			t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
		}
		if strings.HasPrefix(name, "a script") && answer.Header.Get("Access-Control-Allow-Origin") != "https://inspector.example" {
			t.Errorf("%s: the headers are %v", name, answer.Header)
		}
	}
	// Scripts of a client reach the token endpoint.
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodOptions, g.Issuer+"/token", http.NoBody)
	request.Header.Set("Origin", "http://localhost:6274")
	request.Header.Set("Access-Control-Request-Method", "POST")
	if answer := installation.Do(t, request); answer.Header.Get("Access-Control-Allow-Origin") != "http://localhost:6274" {
		t.Errorf("the token endpoint answers %v", answer.Header)
	}
}

// One address registers a few clients, and others are not kept from it.
func TestLimitOfAnAddress(t *testing.T) {
	g := grantor(t)
	from := func(address string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("X-Forwarded-For", address) }
	}
	good, _ := json.Marshal(metadata(nil))
	limited := 0
	for range 20 {
		answer := post(t, g.Issuer, bytes.Clone(good), from("192.0.2.7"))
		if answer.Status == http.StatusTooManyRequests && answer.Header.Get("Retry-After") != "" {
			limited++
		} else if answer.Status != http.StatusCreated {
			t.Fatalf("/register answers %d %s", answer.Status, answer.Body)
		}
	}
	if limited < 5 {
		t.Errorf("%d of 20 were limited", limited)
	}
	if answer := post(t, g.Issuer, good, from("192.0.2.8")); answer.Status != http.StatusCreated {
		t.Errorf("another address: %d %s", answer.Status, answer.Body)
	}
}
