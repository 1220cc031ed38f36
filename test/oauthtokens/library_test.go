package oauthtokens

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/nodejs"
	"github.com/grantor-dev/grantor/test/tokenprovider"
)

// library is a provider that others wrote: oidc-provider, with rotation.
type library struct {
	issuer string
	codes  *bufio.Reader
	wishes io.Writer
}

func startLibrary(t *testing.T) *library {
	t.Helper()
	in, out := nodejs.Start(t, nodejs.Installed(t, "test/oauthtokens/oidc-provider"),
		"node", "provider.mjs", tokenprovider.ClientID, tokenprovider.ClientSecret, redirectURI)
	l := &library{codes: out, wishes: in}
	l.issuer = l.line(t)
	return l
}

func (l *library) line(t testing.TB) string {
	t.Helper()
	line, err := l.codes.ReadString('\n')
	if err != nil {
		t.Fatalf("oidc-provider says nothing: %v", err)
	}
	return line[:len(line)-1]
}

// allow hands over a code of the library.
func (l *library) allow(s *scene) {
	s.t.Helper()
	verifier := rand.Text() + rand.Text()
	sum := sha256.Sum256([]byte(verifier))
	if _, err := fmt.Fprintln(l.wishes, redirectURI, base64.RawURLEncoding.EncodeToString(sum[:])); err != nil {
		s.t.Fatal(err)
	}
	s.from.next.Store(&oauthtoken.Handover{ID: rand.Text(), Code: l.line(s.t), Verifier: verifier, RedirectURI: redirectURI, Person: "ada", At: s.clock.Now()})
}

// active reports whether the library says that a token is active.
func (l *library) active(s *scene, token string) bool {
	return installation.Post(s.t, l.issuer+"/token/introspection", tokenprovider.ClientID, tokenprovider.ClientSecret, url.Values{"token": {token}}).JSON["active"] == true
}

// counts returns what the library counted.
func (l *library) counts(s *scene) counts {
	answer := installation.Get(s.t, l.issuer+"/test/counts", nil).JSON
	number := func(name string) int {
		n, _ := answer[name].(float64)
		return int(n)
	}
	return counts{number("requests"), number("atOnce"), number("revoked")}
}

// newLibraryScene creates an OAuthToken at a library whose clock is that of the test.
func newLibraryScene(t *testing.T) (*scene, *library) {
	t.Helper()
	l := startLibrary(t)
	s := newScene(t, person, func(o *oauthv1alpha1.OAuthToken) {
		o.Spec.Provider.Custom.Issuer = oauthv1alpha1.WebURI(l.issuer)
		o.Spec.Scopes = []string{"openid", "offline_access", "read"}
	})
	s.active = func(token string) bool { return l.active(s, token) }
	s.clock.follows = func(time.Duration) {
		if answer := installation.Get(t, fmt.Sprintf("%s/test/clock?at=%d", l.issuer, s.clock.Now().UnixMilli()), nil); answer.Status != http.StatusNoContent {
			t.Fatalf("oidc-provider's clock: %d %s", answer.Status, answer.Body)
		}
	}
	s.clock.turn(0)
	return s, l
}

// TestAProviderThatOthersWrote: oidc-provider replaces the refresh token each time and
// revokes the authorization if a former one comes again.
func TestAProviderThatOthersWrote(t *testing.T) {
	t.Parallel()
	s, l := newLibraryScene(t)
	l.allow(s)
	o := s.operator(moment{})
	wait := s.rest(o)
	s.has(oauthv1alpha1.ConditionReady, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
	former := ""
	for range 5 {
		if now := s.shown(); now == former || !s.active(s.shown()) {
			t.Fatal("the token is not another one, or is not active")
		}
		former = s.shown()
		s.clock.turn(wait)
		wait = s.rest(o)
	}
	for _, dies := range []moment{{call: 1, after: true}, {call: 3, after: true}, {call: 4, after: true}} {
		s.clock.turn(wait)
		victim := s.operator(dies)
		if _, err := s.settle(victim); err == nil {
			t.Fatalf("it did not die at %+v", dies)
		}
		o = s.operator(moment{})
		if wait = s.rest(o); wait <= time.Minute {
			s.clock.turn(wait)
			wait = s.rest(o)
		}
		s.has(oauthv1alpha1.ConditionAuthorized, metav1.ConditionTrue, oauthv1alpha1.ReasonAuthorized)
		if !s.active(s.shown()) {
			t.Errorf("died %s: the token is not active", victim.died)
		}
	}
	s.clock.turn(wait)
	if _, err := s.settle(s.operator(moment{call: 2, after: true})); err == nil {
		t.Fatal("it did not die after the answer")
	}
	o = s.operator(moment{})
	s.clock.turn(s.rest(o))
	s.rest(o)
	s.has(oauthv1alpha1.ConditionAuthorized, metav1.ConditionFalse, oauthv1alpha1.ReasonRefreshTokenLost)
	l.allow(s)
	s.rest(o)
	s.has(oauthv1alpha1.ConditionReady, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
	if !s.active(s.shown()) {
		t.Error("the token is not active after another authorization")
	}
}
