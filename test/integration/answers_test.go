package integration

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// registered are the error codes that the endpoints of this package may answer
// (RFC 6749 section 5.2, RFC 8707 section 2).
var registered = []string{
	"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
	"unsupported_grant_type", "invalid_scope", "invalid_target", "temporarily_unavailable",
}

// printable is what error_description may hold (RFC 6749 section 5.2).
var printable = regexp.MustCompile(`^[\x20-\x21\x23-\x5B\x5D-\x7E]*$`)

// refused checks that an answer is the error with the given status and code, and
// formed as every error has to be.
func refused(t testing.TB, answer installation.Answer, status int, code string) {
	t.Helper()
	if answer.Status != status || answer.Code() != code {
		t.Errorf("answered %d %s, not %d %s", answer.Status, answer.Body, status, code)
		return
	}
	wellFormedError(t, answer)
}

func wellFormedError(t testing.TB, answer installation.Answer) {
	t.Helper()
	if !slices.Contains(registered, answer.Code()) {
		t.Errorf("the error code %q is not registered: %s", answer.Code(), answer.Body)
	}
	if description, _ := answer.JSON["error_description"].(string); !printable.MatchString(description) {
		t.Errorf("the description %q has characters that RFC 6749 section 5.2 does not allow", description)
	}
	if answer.JSON["access_token"] != nil {
		t.Error("an error carries an access token")
	}
	if challenge := answer.Header.Get("WWW-Authenticate"); (answer.Status == http.StatusUnauthorized) != (challenge != "") {
		t.Errorf("WWW-Authenticate is %q with status %d", challenge, answer.Status)
	}
	jsonThatNobodyKeeps(t, answer)
}

// jsonThatNobodyKeeps checks the headers of RFC 6749 section 5.1.
func jsonThatNobodyKeeps(t testing.TB, answer installation.Answer) {
	t.Helper()
	for name, wanted := range map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store", "Pragma": "no-cache", "X-Content-Type-Options": "nosniff"} {
		if got := answer.Header.Get(name); got != wanted {
			t.Errorf("%s is %q, not %q", name, got, wanted)
		}
	}
	if !json.Valid([]byte(answer.Body)) {
		t.Errorf("the body is not JSON: %q", answer.Body)
	}
}

// granted checks that an answer is an access token.
func granted(t testing.TB, answer installation.Answer) {
	t.Helper()
	if answer.Status != http.StatusOK || answer.JSON["access_token"] == nil || answer.JSON["token_type"] != "Bearer" {
		t.Errorf("answered %d %s, not a token", answer.Status, answer.Body)
	}
	jsonThatNobodyKeeps(t, answer)
}

// inactive checks that introspection says nothing but that.
func inactive(t testing.TB, answer installation.Answer) {
	t.Helper()
	if answer.Status != http.StatusOK || answer.Body != `{"active":false}` {
		t.Errorf("introspection answers %d %s, not exactly inactive", answer.Status, answer.Body)
	}
}

// active checks that introspection says so.
func active(t testing.TB, answer installation.Answer) {
	t.Helper()
	if answer.Status != http.StatusOK || answer.JSON["active"] != true {
		t.Errorf("introspection answers %d %s, not active", answer.Status, answer.Body)
	}
	jsonThatNobodyKeeps(t, answer)
}
