package httpx_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/httpx"
)

func TestWriteError(t *testing.T) {
	cause := errors.New("the password of the database")
	for name, test := range map[string]struct {
		err    error
		status int
		code   string
		header map[string]string
	}{
		"a bad request":     {httpx.BadRequest(httpx.CodeInvalidScope, "scope %q", "x"), 400, "invalid_scope", nil},
		"a wrapped one":     {fmt.Errorf("more: %w", httpx.BadRequest(httpx.CodeInvalidScope, "x")), 400, "invalid_scope", nil},
		"an unknown client": {httpx.InvalidClient("x"), 401, "invalid_client", map[string]string{"WWW-Authenticate": `Basic realm="a'b?", charset="UTF-8"`}},
		"a proof that is none": {
			&httpx.Error{Code: httpx.CodeInvalidDPoPProof, Description: "x", Status: 401, Scheme: httpx.SchemeDPoP, Algorithms: []string{"A", "B"}}, 401, "invalid_dpop_proof",
			map[string]string{"WWW-Authenticate": `DPoP realm="a'b?", error="invalid_dpop_proof", error_description="x", algs="A B"`},
		},
		"a sign-in that is not enough": {
			&httpx.Error{Code: httpx.CodeInsufficientUser, Description: "x", Status: 401, Scheme: httpx.SchemeBearer, ACR: "https://a.example/b", MaxAge: 300}, 401, "insufficient_user_authentication",
			map[string]string{"WWW-Authenticate": `Bearer realm="a'b?", acr_values="https://a.example/b", max_age="300", error="insufficient_user_authentication", error_description="x"`},
		},
		"storage is gone":    {httpx.Unavailable(cause), 503, "temporarily_unavailable", map[string]string{"Retry-After": "2"}},
		"any other":          {cause, 500, "server_error", nil},
		"one without a code": {errors.New(""), 500, "server_error", nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			httpx.WriteError(w, "a\"b\n", test.err)
			var body map[string]string
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
				t.Fatal(err)
			}
			if w.Code != test.status || body["error"] != test.code || strings.Contains(w.Body.String(), "password") {
				t.Errorf("answered %d %s", w.Code, w.Body)
			}
			for _, header := range []string{"WWW-Authenticate", "Retry-After"} {
				if got := w.Header().Get(header); got != test.header[header] {
					t.Errorf("%s is %q", header, got)
				}
			}
			if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Type") != "application/json" {
				t.Errorf("the headers are %v", w.Header())
			}
		})
	}
}

// invalid_scope names what can be a scope of a client, and repeats nothing else.
func TestInvalidScopeNamesTheScope(t *testing.T) {
	for name, test := range map[string]struct {
		scope string
		named bool
	}{
		"a scope":           {"https://api.example/read%20all", true},
		"the longest":       {strings.Repeat("s", 128), true},
		"too long":          {strings.Repeat("s", 129), false},
		"a quotation mark":  {`read"`, false},
		"a backslash":       {`re\\ad`, false},
		"a control":         {"read\twrite", false},
		"letters of others": {"l\u00e4sa", false},
		"not UTF-8":         {"\xff", false},
		"nothing":           {"", false},
	} {
		for _, err := range []*httpx.Error{httpx.InvalidScope(test.scope), httpx.WiderScope(test.scope)} {
			if err.Code != httpx.CodeInvalidScope || err.Status != 400 || strings.Contains(err.Description, "'"+test.scope+"'") != test.named {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestCausesAreForTheLog(t *testing.T) {
	cause := errors.New("connection refused")
	err := httpx.Unavailable(cause)
	if !errors.Is(err, cause) || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("the log would read %q", err)
	}
}

// FuzzErrorDescription checks that nothing that a request says can break out of a
// description (RFC 6749 section 5.2).
func FuzzErrorDescription(f *testing.F) {
	allowed := regexp.MustCompile(`^[\x20-\x21\x23-\x5B\x5D-\x7E]*$`)
	for _, text := range []string{"", "scope \"x\"", "a\\b", "a\r\nb", "\x00\x7f\x80", "schl\u00fcssel", strings.Repeat("\u00fc", 400), "%s%d"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w := httptest.NewRecorder()
		httpx.WriteError(w, text, &httpx.Error{Code: httpx.CodeInvalidClient, Description: text, Status: http.StatusUnauthorized})
		var body struct {
			Description string `json:"error_description"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		challenge := strings.TrimSuffix(strings.TrimPrefix(w.Header().Get("WWW-Authenticate"), `Basic realm="`), `", charset="UTF-8"`)
		if !allowed.MatchString(body.Description) || len(body.Description) > 300 || !allowed.MatchString(challenge) {
			t.Errorf("%q became %q and %q", text, body.Description, challenge)
		}
	})
}
