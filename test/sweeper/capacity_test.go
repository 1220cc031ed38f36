package sweeper

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// promised is how long a count takes that is made every second.
const promised = 20 * time.Second

// TestAFullClientGetsNoMoreGrants goes the whole way: the operator counts, the
// server goes by it.
func TestAFullClientGetsNoMoreGrants(t *testing.T) {
	kube := devenv.OwnKube(t)
	g, err := installation.Start(t.Context(), kube, installation.Options{OperatorArgs: []string{"--sweep-interval=1s"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Stop(); err != nil {
			t.Error(err)
		}
	})
	app := g.NewApp(t, installation.Application(devenv.Namespace(t, kube.Config), "app"))
	other := g.NewApp(t, installation.Application(devenv.Namespace(t, kube.Config), "other"))
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	used, usedVerifier := app.Code(t, v, "alice", nil)
	answer := app.Redeem(t, used, usedVerifier, nil)
	first, _ := answer.JSON["refresh_token"].(string)
	if answer.Status != http.StatusOK || first == "" {
		t.Fatalf("the first Grant: %d %s", answer.Status, answer.Body)
	}

	bound(t, g, 1)
	awaitFull(t, g, 1)
	code, verifier := app.Code(t, v, "alice", nil)
	answer = app.Redeem(t, code, verifier, nil)
	if answer.Status != http.StatusServiceUnavailable || answer.Code() != "temporarily_unavailable" || answer.Header.Get("Retry-After") == "" {
		t.Errorf("a full client gets %d %s, Retry-After %q", answer.Status, answer.Body, answer.Header.Get("Retry-After"))
	}
	if answer = app.Refresh(t, first, nil); answer.Status != http.StatusOK {
		t.Errorf("refreshing, of a full client: %d %s", answer.Status, answer.Body)
	}
	next, _ := answer.JSON["refresh_token"].(string)
	theirs, theirVerifier := other.Code(t, v, "alice", nil)
	if answer = other.Redeem(t, theirs, theirVerifier, nil); answer.Status != http.StatusOK {
		t.Errorf("another client: %d %s", answer.Status, answer.Body)
	}
	// A code that was used ends its Grant all the same.
	if answer = app.Redeem(t, used, usedVerifier, nil); answer.Status != http.StatusServiceUnavailable {
		t.Errorf("a replay, of a full client: %d %s", answer.Status, answer.Body)
	}
	if answer = app.Refresh(t, next, nil); answer.Code() != "invalid_grant" {
		t.Errorf("refreshing after a replay: %d %s", answer.Status, answer.Body)
	}

	bound(t, g, 10)
	awaitFull(t, g, 0)
	installation.Eventually(t, promised, func() bool {
		answer = app.Redeem(t, code, verifier, nil)
		return answer.Status == http.StatusOK
	}, func() string { return "tokens for the code that was refused: " + answer.Body })

	usersHaveShares(t, g, app)
	revocationsAreBounded(t, g, devenv.Namespace(t, kube.Config))
	approvalsAreBounded(t, g)
}

// usersHaveShares shows that a user gets no more Grants and Logins than the bounds say,
// and that the operator deletes the Logins that there were.
func usersHaveShares(t *testing.T, g *installation.Installation, app installation.App) {
	t.Helper()
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	change(t, g, func(s *oauthv1alpha1.ServerSessions) { s.MaxGrantsPerUser = 2 })
	var answer installation.Answer
	installation.Eventually(t, promised, func() bool {
		code, verifier := app.Code(t, v, "alice", nil)
		answer = app.Redeem(t, code, verifier, nil)
		return answer.Status != http.StatusOK
	}, func() string { return "refusal of one more Grant" })
	if answer.Status != http.StatusServiceUnavailable || answer.Code() != "temporarily_unavailable" || answer.Header.Get("Retry-After") == "" {
		t.Errorf("a user with too many Grants: %d %s", answer.Status, answer.Body)
	}

	change(t, g, func(s *oauthv1alpha1.ServerSessions) { s.MaxLoginsPerUser = 2 })
	var view installation.View
	installation.Eventually(t, promised, func() bool {
		v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
		view = v.SignIn(t, v.Get(t, g.Issuer+"/account"), "alice", "alice-password")
		return view.Status != http.StatusOK
	}, func() string { return "refusal of one more Login" })
	if view.Status != http.StatusTooManyRequests || view.Header.Get("Retry-After") == "" {
		t.Errorf("a user with too many Logins: %d, Retry-After %q", view.Status, view.Header.Get("Retry-After"))
	}
	other := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	if view = other.SignIn(t, other.Get(t, g.Issuer+"/account"), "bob", "bob-password"); view.Status != http.StatusOK {
		t.Errorf("another user: %d", view.Status)
	}
	var left int
	installation.Eventually(t, promised, func() bool {
		left = logins(t, g, "alice")
		return left == 2
	}, func() string { return fmt.Sprintf("2 Logins of the user, of which there are %d", left) })
}

// revocationsAreBounded shows that a revocation for which there is no room is refused, and
// the client named in the status.
func revocationsAreBounded(t *testing.T, g *installation.Installation, namespace string) {
	t.Helper()
	service := g.Create(t, installation.Service(namespace, "service"))
	secret := g.Value(t, service)
	change(t, g, func(s *oauthv1alpha1.ServerSessions) { s.MaxMarks = 10 })
	var answer installation.Answer
	installation.Eventually(t, promised, func() bool {
		token, _ := g.Post(t, "/token", service.ClientID(), secret, installation.TokenForm("")).JSON["access_token"].(string)
		answer = g.Post(t, "/revoke", service.ClientID(), secret, url.Values{"token": {token}})
		return answer.Status != http.StatusOK
	}, func() string { return "refusal of one more revocation" })
	if answer.Status != http.StatusServiceUnavailable || answer.Code() != "temporarily_unavailable" || answer.Header.Get("Retry-After") == "" {
		t.Errorf("a client with too many Marks: %d %s", answer.Status, answer.Body)
	}
	installation.Eventually(t, promised, func() bool {
		counted := theServer(t, g).Status.Sessions
		return counted != nil && slices.ContainsFunc(counted.FullClients, func(c oauthv1alpha1.FullClient) bool {
			return c.UID == string(service.UID) && c.Marks >= 2
		})
	}, func() string { return "count that says who is full of Marks" })
}

// approvalsAreBounded shows that a user code for which there is no room is refused, and
// that Approvals are counted.
func approvalsAreBounded(t *testing.T, g *installation.Installation) {
	t.Helper()
	change(t, g, func(s *oauthv1alpha1.ServerSessions) { s.MaxGrants, s.MaxLogins = 2, 1000 })
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	g.CreateUser(t, "carol")
	installation.Eventually(t, promised, func() bool {
		return v.SignIn(t, v.Get(t, g.Issuer+"/account"), "carol", "carol-password").Status == http.StatusOK
	}, func() string { return "user who can sign in" })
	codes := []string{"BCDF-GHJK", "BCDF-GHJL", "BCDF-GHJM", "BCDF-GHJN", "BCDF-GHJP"}
	var view installation.View
	installation.Eventually(t, promised, func() bool {
		page := v.Get(t, g.Issuer+"/device")
		form, ok := page.CodeForm()
		if !ok {
			t.Fatalf("no form for a code: %d %s", page.Status, page.Body)
		}
		view, codes = v.Submit(t, page, form, url.Values{"user_code": {codes[0]}}), codes[1:]
		return view.Status != http.StatusOK || len(codes) == 0
	}, func() string { return "refusal of one more Approval" })
	if view.Status != http.StatusServiceUnavailable || view.Header.Get("Retry-After") == "" {
		t.Errorf("a server with too many Approvals: %d %s", view.Status, view.Body)
	}
	installation.Eventually(t, promised, func() bool {
		counted := theServer(t, g).Status.Sessions
		return counted != nil && counted.Approvals > 0
	}, func() string { return "count of Approvals" })
}

// logins returns how many Logins a user has.
func logins(t *testing.T, g *installation.Installation, username string) int {
	t.Helper()
	users, all := &oauthv1alpha1.OAuthUserList{}, &sessionv1alpha1.LoginList{}
	for _, list := range []client.ObjectList{users, all} {
		if err := g.Admin.List(t.Context(), list, client.InNamespace(devenv.SystemNamespace)); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for i := range users.Items {
		for _, login := range all.Items {
			if users.Items[i].Spec.Username == username && login.Spec.Subject == users.Items[i].Subject() {
				n++
			}
		}
	}
	return n
}

// bound sets how many Grants a client may have.
func bound(t testing.TB, g *installation.Installation, most int64) {
	t.Helper()
	change(t, g, func(s *oauthv1alpha1.ServerSessions) { s.MaxGrantsPerClient = most })
}

// change changes the bounds.
func change(t testing.TB, g *installation.Installation, change func(*oauthv1alpha1.ServerSessions)) {
	t.Helper()
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		server := theServer(t, g)
		change(&server.Spec.Sessions)
		return g.Admin.Update(t.Context(), server)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// awaitFull waits until so many clients are full.
func awaitFull(t testing.TB, g *installation.Installation, clients int) {
	t.Helper()
	installation.Eventually(t, promised, func() bool {
		counted := theServer(t, g).Status.Sessions
		return counted != nil && len(counted.FullClients) == clients
	}, func() string { return "count that says who is full" })
}

func theServer(t testing.TB, g *installation.Installation) *oauthv1alpha1.OAuthServer {
	t.Helper()
	server := &oauthv1alpha1.OAuthServer{}
	if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: devenv.SystemNamespace, Name: "default"}, server); err != nil {
		t.Fatal(err)
	}
	return server
}
