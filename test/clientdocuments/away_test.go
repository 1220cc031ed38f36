package clientdocuments

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/inprocess"
	"github.com/grantor-dev/grantor/test/installation"
)

const day = 24 * time.Hour

// turned starts a replica whose clock the test turns.
func turned(t testing.TB, g *installation.Installation) (*inprocess.Replica, *inprocess.Clock) {
	t.Helper()
	clock, replica := inprocess.StartWithClock(t, g)
	return replica, clock
}

// visitorAt returns a browser for which a replica is at the issuer.
func visitorAt(g *installation.Installation, r *inprocess.Replica) *installation.Visitor {
	return installation.NewVisitor(&http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, strings.TrimPrefix(r.URL, "http://"))
	}}, g.Issuer)
}

// A client's host is away for eight days, and nobody is signed out: neither users who come
// back each day nor one who comes back after six. New sign-ins use the document that is known
// for seven days.
func TestEightDaysWithoutTheHost(t *testing.T) {
	g := grantor(t)
	id := sites.publishes(t, nil)
	replica, clock := turned(t, g)
	app := client(replica.URL, id)
	newcomer := func() (installation.View, string) {
		v := visitorAt(g, replica)
		to, verifier := client(g.Issuer, id).AuthorizationURL(url.Values{"scope": {"openid offline_access"}})
		view := v.Get(t, to)
		if view.Status != http.StatusOK {
			return view, verifier
		}
		return v.Through(t, view, "alice"), verifier
	}
	token := func(view installation.View, verifier string) string {
		t.Helper()
		if view.Param("code") == "" {
			t.Fatalf("signing in leads to %d %v %s", view.Status, view.Elsewhere, view.Body)
		}
		answer := app.Redeem(t, view.Param("code"), verifier, nil)
		text, _ := answer.JSON["refresh_token"].(string)
		if text == "" {
			t.Fatalf("/token answers %d %s", answer.Status, answer.Body)
		}
		return text
	}
	daily, rare := token(newcomer()), token(newcomer())
	refreshed := func(number int, token string) string {
		t.Helper()
		answer := app.Refresh(t, token, nil)
		access, _ := answer.JSON["access_token"].(string)
		next, _ := answer.JSON["refresh_token"].(string)
		if answer.Status != http.StatusOK || next == "" {
			t.Fatalf("on day %d, a refresh answers %d %s", number, answer.Status, answer.Body)
		}
		if told := installation.Userinfo(t, replica.URL, access); told.Status != http.StatusOK {
			t.Errorf("on day %d, userinfo answers %d %s", number, told.Status, told.Body)
		}
		return next
	}
	asked := sites.requests(id)
	sites.setAway(true)
	t.Cleanup(func() { sites.setAway(false) })
	for number := 1; number <= 8; number++ {
		clock.Turn(t, day, replica)
		daily = refreshed(number, daily)
		if sites.requests(id) != asked {
			t.Errorf("on day %d, a refresh asks for the document", number)
		}
		if number == 6 {
			rare = refreshed(number, rare)
		}
		switch view, verifier := newcomer(); {
		case number < 7:
			token(view, verifier)
		case number > 7 && (view.Status != http.StatusServiceUnavailable || view.Header.Get("Retry-After") == ""):
			t.Errorf("on day %d, a new sign-in is answered %d %s", number, view.Status, view.Body)
		case number > 7:
			view.Shows(t, sites.host+", which does not answer at present")
		}
		asked = sites.requests(id)
	}
	sites.setAway(false)
	clock.Turn(t, time.Hour, replica)
	token(newcomer())
	refreshed(8, rare)
	refreshed(8, daily)
}
