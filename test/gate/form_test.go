package gate

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// form returns a POST of a form.
func form(t testing.TB, to string, values url.Values) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return request
}
