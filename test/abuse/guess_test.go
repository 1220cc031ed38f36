package abuse

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
)

// from returns a transport for one of the many addresses of this machine. The connection
// is not kept: there are more addresses than connections.
func from(address string) *http.Transport {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	return &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}
}

// guesser tries passwords in a browser of its own.
type guesser struct {
	client *http.Client
	to     string
	form   url.Values
}

// newGuesser opens the login page of a replica.
func newGuesser(ctx context.Context, replica, address string) (*guesser, error) {
	jar, _ := cookiejar.New(nil)
	g := &guesser{to: replica + "/login", client: &http.Client{
		Transport: from(address), Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, g.to, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := g.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	form, _ := installation.View{Forms: installation.Forms(string(body))}.LoginForm()
	g.form = form.Values
	return g, nil
}

// guess tries a password and returns the status, 303 for success, and the seconds to wait.
func (g *guesser) guess(ctx context.Context, username, password string) (status, retryAfter int, err error) {
	form := url.Values{"username": {username}, "password": {password}}
	for name, values := range g.form {
		if !form.Has(name) {
			form[name] = values
		}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, g.to, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, 0, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := g.client.Do(request)
	if err != nil {
		return 0, 0, err
	}
	defer response.Body.Close()
	retryAfter, _ = strconv.Atoi(response.Header.Get("Retry-After"))
	return response.StatusCode, retryAfter, nil
}

// attacked is the name that is attacked.
const attacked = "bob"

// knownBrowser returns a browser in which a user has signed in.
func knownBrowser(t *testing.T, replica, address, username string) *guesser {
	t.Helper()
	g, err := newGuesser(t.Context(), replica, address)
	if err != nil {
		t.Fatal(err)
	}
	if n := g.signIn(t, username); n > 2 {
		t.Fatalf("signed in after %d tries", n)
	}
	return g
}

// signIn signs a user in, waits as it is told to, and returns how many tries it takes, 3 if
// there were no more.
func (g *guesser) signIn(t *testing.T, username string) int {
	t.Helper()
	for try := 1; ; try++ {
		status, wait, err := g.guess(t.Context(), username, username+"-password")
		if err != nil {
			t.Fatal(err)
		}
		if status == http.StatusSeeOther || try == 3 {
			return try
		}
		time.Sleep(min(time.Duration(wait)*time.Second, 5*time.Second))
	}
}
