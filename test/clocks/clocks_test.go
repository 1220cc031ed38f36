package clocks

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/races"
)

// TestD12D13ClocksApart, and D13: whatever the clocks of three replicas say, and whatever those
// of the replicas before them said, a code gives one session, a refresh that lost a race or
// its answer gets what the winner got, and nothing that lives is refused.
func TestD12D13ClocksApart(t *testing.T) {
	g := shared.Grantor(t)
	namespace := shared.Namespace(t)
	a := &races.Arena{
		App:   g.NewApp(t, installation.Application(namespace, "app")),
		Other: g.NewApp(t, installation.Application(namespace, "other")),
		Admin: g.Admin, Client: races.NewClient(http.DefaultTransport.(*http.Transport)), //nolint:forcetypeassert // it is one
	}
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	session := url.Values{"scope": {"openid offline_access read"}}
	kept, _ := a.App.Tokens(t, v, "alice", session)["refresh_token"].(string)
	a.Cookies = v.Cookies(g.Issuer)
	for _, clocks := range [][3]time.Duration{
		{0, 30 * time.Second, -30 * time.Second},
		{5 * time.Minute, 0, -5 * time.Minute},
		{0, time.Hour, -time.Hour},
		{-24 * time.Hour, 0, 24 * time.Hour},
	} {
		t.Run(clocks[1].String()+", "+clocks[2].String(), func(t *testing.T) {
			var replicas []*replica
			a.Replicas = nil
			for _, by := range clocks {
				r := start(t, g, by)
				replicas, a.Replicas = append(replicas, r), append(a.Replicas, r.url)
			}
			// A session from before goes on.
			kept = everywhere(t, a.App, replicas, kept)
			fresh, _ := a.App.Tokens(t, v, "alice", session)["refresh_token"].(string)
			everywhere(t, a.App, replicas, fresh)
			for name, race := range map[string]func() error{
				"codes":       func() error { return a.Codes(t.Context(), 6) },
				"refreshes":   func() error { return a.Refreshes(t.Context(), 4) },
				"strangers":   func() error { return a.Strangers(t.Context()) },
				"revocations": func() error { return a.Revocations(t.Context()) },
				"generations": func() error { return a.Generations(t.Context()) },
			} {
				if err := race(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// everywhere refreshes a token at each replica in turn, each time once more at the next
// one as if the answer had been lost, and has what it gets looked at by all of them. It
// returns the last refresh token.
func everywhere(t *testing.T, app installation.App, replicas []*replica, token string) string {
	t.Helper()
	at := func(n int) installation.App {
		there := app
		there.Issuer = replicas[n%len(replicas)].url
		return there
	}
	for n := range replicas {
		first, again := at(n).Refresh(t, token, nil), at(n+1).Refresh(t, token, nil)
		next, _ := first.JSON["refresh_token"].(string)
		if first.Status != http.StatusOK || next == "" || again.JSON["refresh_token"] != next {
			t.Fatalf("replica %d answers %d %s, the next one %d %s", n, first.Status, first.Body, again.Status, again.Body)
		}
		for i := range replicas {
			access, _ := first.JSON["access_token"].(string)
			if seen := at(i).Post(t, "/introspect", url.Values{"token": {access}}); seen.JSON["active"] != true {
				t.Errorf("replica %d says of an access token of replica %d: %s", i, n, seen.Body)
			}
		}
		token = next
	}
	return token
}
