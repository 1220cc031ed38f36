package installation

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"testing"
	"time"
)

// Do sends a request and reads the whole answer.
func Do(t testing.TB, request *http.Request) Answer {
	t.Helper()
	return Through(t, http.DefaultTransport, request)
}

// Through does so by a transport of the caller's own.
func Through(t testing.TB, transport http.RoundTripper, request *http.Request) Answer {
	t.Helper()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", request.Method, request.URL.Path, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("read answer of %s: %v", request.URL.Path, err)
	}
	answer := Answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}
	_ = json.Unmarshal(body, &answer.JSON)
	return answer
}

// Get requests a URL, also while a test cleans up.
func Get(t testing.TB, to string, header http.Header) Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, to, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(request.Header, header)
	return Do(t, request)
}

// Discovery returns the metadata of an issuer or replica (RFC 8414).
func Discovery(t testing.TB, at string) Answer {
	t.Helper()
	return Get(t, at+"/.well-known/oauth-authorization-server", nil)
}

// Userinfo asks an issuer or replica with an access token.
func Userinfo(t testing.TB, at, token string) Answer {
	t.Helper()
	return Get(t, at+"/userinfo", http.Header{"Authorization": {"Bearer " + token}})
}

// Effective is how long tests wait for a change to be in force at every replica. Two seconds
// are promised, which make bench measures (effect); a busy machine takes longer.
const Effective = 20 * time.Second

// Eventually calls done until it returns true, and fails the test with what it was
// waiting for after the bound. The pauses grow: many tests at once that ask often would
// take the time of what they wait for.
func Eventually(t testing.TB, bound time.Duration, done func() bool, what func() string) {
	t.Helper()
	pause := 20 * time.Millisecond
	for end := time.Now().Add(bound); time.Now().Before(end); time.Sleep(pause) {
		if done() {
			return
		}
		pause = min(pause*5/4, 250*time.Millisecond)
	}
	t.Fatalf("after %s still no %s", bound, what())
}

// While calls do again and again for a span. The pauses between are short enough to see what
// lasts a moment, and leave the time to what is looked at.
func While(span time.Duration, do func()) {
	for end := time.Now().Add(span); time.Now().Before(end); time.Sleep(25 * time.Millisecond) {
		do()
	}
}
