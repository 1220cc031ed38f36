package people

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// postForm is a request with the values of a form and others.
func postForm(t testing.TB, to string, form url.Values, more map[string]string) *http.Request {
	t.Helper()
	values := url.Values{}
	maps.Copy(values, form)
	for name, value := range more {
		values.Set(name, value)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return request
}
