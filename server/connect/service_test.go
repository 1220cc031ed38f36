package connect

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage/connections"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// one is a Tokens with one OAuthToken.
type one struct{ token *oauthv1alpha1.OAuthToken }

func (o one) Token(context.Context, string, string) (*oauthv1alpha1.OAuthToken, error) {
	return o.token, nil
}

func service(t testing.TB, issuer string, token *oauthv1alpha1.OAuthToken) *Service {
	t.Helper()
	return &Service{
		Visits: &flow.Visits{Issuer: func() string { return issuer }, Now: func() time.Time { return now }},
		Server: oauthv1alpha1.ServerReference{Namespace: "grantor-system", Name: "default"}, Tokens: one{token}, Limiter: limits.New(),
	}
}

// waiting changes the condition Authorized to False.
func waiting(reason string) func(*oauthv1alpha1.OAuthToken) {
	return func(o *oauthv1alpha1.OAuthToken) {
		meta.SetStatusCondition(&o.Status.Conditions, metav1.Condition{
			Type: oauthv1alpha1.ConditionAuthorized, Status: metav1.ConditionFalse, Reason: reason, Message: "why",
		})
	}
}

// Nobody is sent to a provider while the operator could not redeem the code.
func TestObstacle(t *testing.T) {
	authorized := func(o *oauthv1alpha1.OAuthToken) {
		meta.SetStatusCondition(&o.Status.Conditions, metav1.Condition{
			Type: oauthv1alpha1.ConditionAuthorized, Status: metav1.ConditionTrue, Reason: oauthv1alpha1.ReasonAuthorized, Message: "yes",
		})
	}
	for name, test := range map[string]struct {
		change func(*oauthv1alpha1.OAuthToken)
		wanted string
	}{
		"nothing known":    {func(*oauthv1alpha1.OAuthToken) {}, ""},
		"authorized":       {authorized, ""},
		"nobody yet":       {waiting(oauthv1alpha1.ReasonAuthorizationRequired), ""},
		"a lost code":      {waiting(oauthv1alpha1.ReasonCodeNotRedeemed), ""},
		"no client secret": {waiting(oauthv1alpha1.ReasonClientSecretNotFound), "why"},
		"a broken secret":  {waiting(oauthv1alpha1.ReasonClientSecretRefused), "why"},
		"another's Secret": {waiting(oauthv1alpha1.ReasonSecretNotOwned), "why"},
		"a bad template":   {waiting(oauthv1alpha1.ReasonTemplateRefused), "why"},
	} {
		if got := obstacle(token(test.change)); got != test.wanted {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// What passes keeps the answer of a provider; what was changed does not.
func TestUnchanged(t *testing.T) {
	server := func(name string) func(*oauthv1alpha1.OAuthToken) {
		return func(o *oauthv1alpha1.OAuthToken) {
			o.Spec.AuthorizedBy = &oauthv1alpha1.TokenAuthorizers{Users: []string{"ada"}}
			o.Status.Server = &oauthv1alpha1.TokenServerStatus{Namespace: "grantor-system", Name: name}
		}
	}
	left := token(server("default"))
	a := &attempt{Namespace: "reports", Name: "crm", Seen: seenOf(left, left.Status.Provider)}
	for name, test := range map[string]struct {
		change func(*oauthv1alpha1.OAuthToken)
		status int
	}{
		"as it was":         {func(*oauthv1alpha1.OAuthToken) {}, 0},
		"without a secret":  {waiting(oauthv1alpha1.ReasonClientSecretNotFound), 0},
		"no server now":     {func(o *oauthv1alpha1.OAuthToken) { o.Status.Server = nil }, http.StatusServiceUnavailable},
		"no provider now":   {func(o *oauthv1alpha1.OAuthToken) { o.Status.Provider = nil }, http.StatusServiceUnavailable},
		"another server":    {server("other"), http.StatusForbidden},
		"another provider":  {func(o *oauthv1alpha1.OAuthToken) { o.Status.Provider.Host = "evil.example" }, http.StatusConflict},
		"another spec":      {func(o *oauthv1alpha1.OAuthToken) { o.Generation, o.Status.Provider = 4, nil }, http.StatusConflict},
		"another object":    {func(o *oauthv1alpha1.OAuthToken) { o.UID = "b" }, http.StatusConflict},
		"nobody named":      {func(o *oauthv1alpha1.OAuthToken) { o.Spec.AuthorizedBy = nil }, http.StatusForbidden},
		"one that is going": {func(o *oauthv1alpha1.OAuthToken) { o.DeletionTimestamp = &metav1.Time{Time: now} }, http.StatusForbidden},
	} {
		s := service(t, "https://auth.example", token(server("default"), test.change))
		_, err := s.unchanged(t.Context(), &flow.Visit{Person: &identity.Person{Subject: "local:ada", Username: "ada"}}, a)
		status := 0
		if failure, ok := errors.AsType[*httpx.Error](err); ok {
			status = failure.Status
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if status != test.status {
			t.Errorf("%s: %d, wanted %d: %v", name, status, test.status, err)
		}
	}
}

// The operator finds no OAuthUser of a user of a provider, whatever the username is.
func TestUsersOfProvidersDoNotAuthorize(t *testing.T) {
	named := token(func(o *oauthv1alpha1.OAuthToken) {
		o.Spec.AuthorizedBy = &oauthv1alpha1.TokenAuthorizers{Users: []string{"ada"}}
		o.Status.Server = &oauthv1alpha1.TokenServerStatus{Namespace: "grantor-system", Name: "default"}
	})
	s := service(t, "https://auth.example", named)
	for subject, allowed := range map[string]bool{"local:ada": true, "corp:ada": false, "": false} {
		_, err := s.target(t.Context(), tokenName{"reports", "crm"}, &identity.Person{Subject: subject, Username: "ada"})
		if (err == nil) != allowed {
			t.Errorf("%q: %v", subject, err)
		}
	}
}

func TestNameIn(t *testing.T) {
	s := service(t, "https://auth.example/base", nil)
	for path, wanted := range map[string]struct {
		name           tokenName
		callback, okay bool
	}{
		"/base/connect/a/b":                 {tokenName{"a", "b"}, false, true},
		"/base/connect/a/b/callback":        {tokenName{"a", "b"}, true, true},
		"/base/connect/a/callback":          {tokenName{"a", "callback"}, false, true},
		"/base/connect/a/callback/callback": {tokenName{"a", "callback"}, true, true},
		"/base/connect/a/b/c":               {},
		"/base/connect/a/b/callback/":       {},
		"/base/connect/a//callback":         {},
		"/connect/a/b":                      {},
	} {
		r := &http.Request{URL: &url.URL{Path: path}}
		name, callback, ok := s.nameIn(r)
		if ok != wanted.okay || ok && (name != wanted.name || callback != wanted.callback) {
			t.Errorf("%s: %v %t %t", path, name, callback, ok)
		}
	}
}

// A person can read OAuthTokens once a second in the long run.
func TestReadsAreBounded(t *testing.T) {
	s := service(t, "https://auth.example", token())
	failure := (*httpx.Error)(nil)
	for range perUser.Burst + 1 {
		_, err := s.read(t.Context(), tokenName{"reports", "crm"}, &identity.Person{Subject: "local:ada"})
		failure, _ = errors.AsType[*httpx.Error](err)
	}
	if failure == nil || failure.Status != http.StatusTooManyRequests || perUser.Every < time.Second {
		t.Errorf("after %d reads: %v", perUser.Burst, failure)
	}
}

func TestResult(t *testing.T) {
	came := outcome{Subject: "local:ada", Since: now.UnixMilli()}
	seen := came
	seen.Taken = now.UnixMilli()
	received, taken := &connections.State{Subject: "local:ada"}, &connections.State{Subject: "local:ada", Taken: true}
	for name, test := range map[string]struct {
		state  *connections.State
		of     outcome
		after  time.Duration
		at     *metav1.Time
		wanted string
	}{
		"just received":      {received, came, time.Second, nil, ""},
		"received long ago":  {received, came, patience + 1, nil, "This takes longer than it should"},
		"none":               {nil, came, 0, nil, "This page is too old"},
		"another's":          {&connections.State{Subject: "local:bob"}, came, 0, nil, "This page is too old"},
		"refused":            {&connections.State{Subject: "local:ada", Taken: true, Refusal: "No."}, came, 0, nil, "The token was not requested"},
		"taken":              {taken, came, time.Minute, nil, ""},
		"taken, a token":     {taken, came, time.Second, &metav1.Time{Time: now}, "The token is there"},
		"taken, a former":    {taken, came, time.Second, &metav1.Time{Time: now.Add(-time.Second)}, ""},
		"taken, none":        {taken, seen, settled + 1, nil, "The provider gave no token"},
		"taken a moment ago": {taken, seen, settled, nil, ""},
	} {
		o := token(func(o *oauthv1alpha1.OAuthToken) {
			if o.Status.AuthorizedAt = test.at; test.at != nil {
				o.Status.Conditions = []metav1.Condition{{Type: oauthv1alpha1.ConditionAuthorized, Status: metav1.ConditionTrue}}
			}
		})
		if title, _ := result(test.state, o, test.of, now.Add(test.after)); title.English() != test.wanted {
			t.Errorf("%s: %q", name, title)
		}
	}
}

// An endpoint with a query is shown as a whole.
func TestAddress(t *testing.T) {
	for uri, wanted := range map[string]string{"https://id.example/a": "", "https://id.example/a?b=c": "https://id.example/a?b=c"} {
		at, err := url.Parse(uri)
		if err != nil || address(at) != wanted {
			t.Errorf("%s: %q, %v", uri, address(at), err)
		}
	}
}
