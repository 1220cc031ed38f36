package oauthtokens

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/tokenprovider"
)

const (
	machine = oauthv1alpha1.TokenGrantClientCredentials
	person  = oauthv1alpha1.TokenGrantAuthorizationCode
)

// A machine's token is replaced at two thirds of its life, again and again, and is valid all
// the time.
func TestAMachinesTokenIsAlwaysValid(t *testing.T) {
	t.Parallel()
	s := newScene(t, machine, func(o *oauthv1alpha1.OAuthToken) {
		o.Spec.Secret.Keys = oauthv1alpha1.TokenSecretKeys{AccessToken: "token", ExpiresAt: "end", Scope: "scope", TokenType: "type"}
		o.Spec.Secret.Template = &oauthv1alpha1.SecretTemplate{
			Data:     map[string]oauthv1alpha1.SecretTemplateText{"header": "{{ .tokenType }} {{ .accessToken }}"},
			Metadata: oauthv1alpha1.SecretTemplateMetadata{Labels: map[string]oauthv1alpha1.SecretTemplateLabel{"team": "a"}},
		}
	})
	o := s.operator(moment{})
	for range 5 {
		wait := s.rest(o)
		data := s.secret(s.token.TokenSecretName()).Data
		if !s.provider.Valid(string(data["token"])) || string(data["header"]) != "Bearer "+string(data["token"]) || string(data["scope"]) != "read write" || string(data["type"]) != "Bearer" {
			t.Fatalf("the Secret has the keys %v, and no valid token", keysOf(data))
		}
		if wait < 36*time.Minute || wait > 44*time.Minute {
			t.Errorf("the next request is in %s", wait)
		}
		status := s.status()
		if end := s.clock.Now().Add(time.Hour); status.ExpiresAt == nil || end.Sub(status.ExpiresAt.Time) > time.Minute || string(data["end"]) != status.ExpiresAt.UTC().Format(time.RFC3339) {
			t.Errorf("it is said to expire at %v", status.ExpiresAt)
		}
		s.has(oauthv1alpha1.ConditionReady, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
		s.clock.turn(wait)
		if token := string(data["token"]); !s.provider.Valid(token) {
			t.Error("it expires before it is replaced")
		}
	}
	if requests, atOnce, _ := s.provider.Counts(); requests != 5 || atOnce != 1 {
		t.Errorf("%d requests, %d at once", requests, atOnce)
	}
	s.quiet()
}

func keysOf(data map[string][]byte) (keys []string) {
	for key := range data {
		keys = append(keys, key)
	}
	return keys
}

// quiet checks that a status has nothing secret.
func (s *scene) quiet() {
	s.t.Helper()
	s.status()
	text := describe(s.t, s.token)
	for _, secret := range s.provider.Issued() {
		if strings.Contains(text, secret) {
			s.t.Error("the OAuthToken has a token, a code or a client secret")
		}
	}
	for _, event := range s.events.all() {
		for _, secret := range s.provider.Issued() {
			if strings.Contains(event, secret) {
				s.t.Errorf("an event has a token, a code or a client secret")
			}
		}
	}
}

// Nobody authorized: the status says who has to do what. Afterwards it says who did.
func TestAPersonAuthorizes(t *testing.T) {
	t.Parallel()
	s := newScene(t, person)
	o := s.operator(moment{})
	s.rest(o)
	s.has(oauthv1alpha1.ConditionAuthorized, metav1.ConditionFalse, oauthv1alpha1.ReasonAuthorizationRequired)
	s.has(oauthv1alpha1.ConditionStalled, metav1.ConditionTrue, oauthv1alpha1.ReasonAuthorizationRequired)
	status := s.status()
	issuer := "https://" + s.token.Namespace + ".example.com"
	if status.AuthorizeURL != issuer+"/connect/"+s.token.Namespace+"/crm" || status.Server == nil ||
		!strings.HasPrefix(status.Server.RedirectURI, issuer+"/connect/") || !strings.HasSuffix(status.Server.RedirectURI, "/callback") {
		t.Errorf("the addresses are %q, %+v", status.AuthorizeURL, status.Server)
	}
	if p := status.Provider; p == nil || p.Issuer != s.provider.URL || p.AuthorizationEndpoint != s.provider.URL+"/authorize" || !p.IssParameter || p.ClientID != tokenprovider.ClientID {
		t.Errorf("the provider is %+v", p)
	}
	s.authorize()
	s.rest(o)
	s.has(oauthv1alpha1.ConditionAuthorized, metav1.ConditionTrue, oauthv1alpha1.ReasonAuthorized)
	s.has(oauthv1alpha1.ConditionReady, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
	if status := s.status(); status.AuthorizedBy != "ada" || status.AuthorizedAt == nil || s.from.taken.Load() != 1 {
		t.Errorf("authorized by %q at %v", status.AuthorizedBy, status.AuthorizedAt)
	}
	s.valid("after the authorization")
	s.quiet()
}

// A provider that revokes is a condition at once; the token stays until it expires, and is
// then taken away.
func TestRevoked(t *testing.T) {
	t.Parallel()
	for policy, stays := range map[oauthv1alpha1.TokenOnExpiry]bool{oauthv1alpha1.TokenOnExpiryRemove: false, oauthv1alpha1.TokenOnExpiryKeep: true} {
		s := newScene(t, person, func(o *oauthv1alpha1.OAuthToken) { o.Spec.OnExpiry = policy })
		s.authorize()
		o := s.operator(moment{})
		wait := s.rest(o)
		s.provider.Revoke()
		s.clock.turn(wait)
		wait = s.rest(o)
		s.has(oauthv1alpha1.ConditionAuthorized, metav1.ConditionFalse, oauthv1alpha1.ReasonAuthorizationRevoked)
		s.has(oauthv1alpha1.ConditionTokenReady, metav1.ConditionTrue, oauthv1alpha1.ReasonTokenReady)
		s.has(oauthv1alpha1.ConditionRefreshFailing, metav1.ConditionTrue, oauthv1alpha1.ReasonAuthorizationRevoked)
		s.has(oauthv1alpha1.ConditionReady, metav1.ConditionFalse, oauthv1alpha1.ReasonAuthorizationRevoked)
		if s.shown() == "" {
			t.Error("the token is gone before it expired")
		}
		s.clock.turn(wait)
		s.rest(o)
		s.has(oauthv1alpha1.ConditionTokenReady, metav1.ConditionFalse, oauthv1alpha1.ReasonAuthorizationRevoked)
		if (s.shown() != "") != stays {
			t.Errorf("onExpiry %s: the Secret has a token of %d bytes", policy, len(s.shown()))
		}
		s.quiet()
		requests, _, _ := s.provider.Counts()
		s.clock.turn(time.Hour)
		s.rest(o)
		if again, _, _ := s.provider.Counts(); again != requests {
			t.Error("the refresh token that the provider refuses is sent again")
		}
	}
}

// Answers that are lost on the way are asked for again with the same refresh token.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	s := newScene(t, person)
	s.provider.Rotation = tokenprovider.UntilUsed
	s.authorize()
	o := s.operator(moment{})
	wait := s.rest(o)
	for range 3 {
		s.clock.turn(wait)
		o.loseAnswers.Store(true)
		wait = s.rest(o)
		s.has(oauthv1alpha1.ConditionRefreshFailing, metav1.ConditionTrue, oauthv1alpha1.ReasonProviderUnavailable)
		s.has(oauthv1alpha1.ConditionReady, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
		s.valid("while answers are lost")
		if wait != 10*time.Second {
			t.Errorf("it tries again in %s", wait)
		}
		s.clock.turn(wait)
		if wait = s.rest(o); wait != 20*time.Second {
			t.Errorf("it tries again in %s", wait)
		}
		o.loseAnswers.Store(false)
		s.clock.turn(wait)
		wait = s.rest(o)
		s.valid("after lost answers")
		if meta.FindStatusCondition(s.status().Conditions, oauthv1alpha1.ConditionRefreshFailing) != nil {
			t.Error("it still fails")
		}
	}
}

// A busy provider is left alone for as long as it asks.
func TestABusyProvider(t *testing.T) {
	t.Parallel()
	s := newScene(t, person)
	s.authorize()
	o := s.operator(moment{})
	s.clock.turn(s.rest(o))
	s.provider.Answer(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Retry-After", "300")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	})
	if wait := s.rest(o); wait != 5*time.Minute {
		t.Errorf("it tries again in %s", wait)
	}
	s.has(oauthv1alpha1.ConditionRefreshFailing, metav1.ConditionTrue, oauthv1alpha1.ReasonProviderUnavailable)
	s.provider.Answer(nil)
	s.clock.turn(5 * time.Minute)
	s.rest(o)
	s.valid("after the pause")
}

// Another scope, client or provider needs another authorization; the refresh token goes
// nowhere else, and an undone change needs nothing.
func TestAChangedSpec(t *testing.T) {
	t.Parallel()
	s := newScene(t, person)
	s.authorize()
	o := s.operator(moment{})
	wait := s.rest(o)
	other := tokenprovider.Start(t, s.clock.Now)
	for sentence, change := range map[string]func(*oauthv1alpha1.OAuthTokenSpec){
		"scopes":   func(spec *oauthv1alpha1.OAuthTokenSpec) { spec.Scopes = []string{"admin"} },
		"a client": func(spec *oauthv1alpha1.OAuthTokenSpec) { spec.ClientID = "other" },
		"a provider": func(spec *oauthv1alpha1.OAuthTokenSpec) {
			spec.Provider.Custom.Issuer = oauthv1alpha1.WebURI(other.URL)
		},
		"parameters": func(spec *oauthv1alpha1.OAuthTokenSpec) {
			spec.Parameters = map[string]oauthv1alpha1.TokenParameter{"access_type": "offline"}
		},
	} {
		s.status()
		before := s.token.Spec.DeepCopy()
		change(&s.token.Spec)
		s.update()
		s.rest(o)
		s.has(oauthv1alpha1.ConditionAuthorized, metav1.ConditionFalse, oauthv1alpha1.ReasonSpecChanged)
		s.valid("after " + sentence + " changed")
		s.token.Spec = *before
		s.update()
		s.rest(o)
		s.has(oauthv1alpha1.ConditionAuthorized, metav1.ConditionTrue, oauthv1alpha1.ReasonAuthorized)
	}
	if requests, _, _ := other.Counts(); requests != 0 {
		t.Error("another provider got the refresh token")
	}
	s.clock.turn(wait)
	s.rest(o)
	s.valid("after the changes were undone")
}

// Secrets that somebody deleted or edited are written again; those of others are left alone.
func TestSecrets(t *testing.T) {
	t.Parallel()
	s := newScene(t, person)
	foreign := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: s.token.Namespace, Name: "crm-oauth-token"}, StringData: map[string]string{"access_token": "theirs"}}
	s.create(foreign)
	s.authorize()
	o := s.operator(moment{})
	s.rest(o)
	s.has(oauthv1alpha1.ConditionTokenReady, metav1.ConditionFalse, oauthv1alpha1.ReasonSecretNotOwned)
	if requests, _, _ := s.provider.Counts(); requests != 0 || s.shown() != "theirs" {
		t.Errorf("%d requests, and the Secret has another value", requests)
	}
	s.remove(foreign)
	s.rest(o)
	s.valid("after the Secret of others is gone")
	was := s.shown()
	s.remove(s.secret("crm-oauth-token"))
	s.rest(o)
	if s.shown() != was {
		t.Error("the deleted Secret is not what it was")
	}
	edited := s.secret("crm-oauth-token")
	edited.Data["access_token"] = []byte("theirs")
	if err := s.admin.Update(t.Context(), edited); err != nil {
		t.Fatal(err)
	}
	s.rest(o)
	if s.shown() != was {
		t.Error("the edited Secret is not what it was")
	}
	s.status()
	s.token.Spec.Secret.Name = "renamed"
	s.update()
	s.rest(o)
	if s.shown() != was || s.secret("crm-oauth-token").UID != "" {
		t.Error("the token does not move with the name of its Secret")
	}
	s.remove(s.secret("crm-oauth-state"))
	s.rest(o)
	s.has(oauthv1alpha1.ConditionAuthorized, metav1.ConditionFalse, oauthv1alpha1.ReasonAuthorizationRequired)
	if s.shown() != was {
		t.Error("the token is gone with the state, although it is valid")
	}
	for _, name := range []string{"renamed"} {
		if owner := metav1.GetControllerOf(s.secret(name)); owner == nil || owner.UID != s.token.UID {
			t.Errorf("Secret %s does not go with the OAuthToken", name)
		}
	}
}

// A token that lives too short is refused, for machines and people.
func TestALifetimeThatIsTooShort(t *testing.T) {
	t.Parallel()
	for _, grant := range []oauthv1alpha1.TokenGrant{machine, person} {
		s := newScene(t, grant)
		s.provider.Lifetime = 3 * time.Minute
		s.authorize()
		o := s.operator(moment{})
		s.rest(o)
		if s.shown() != "" {
			t.Error("the token is shown")
		}
		s.has(oauthv1alpha1.ConditionTokenReady, metav1.ConditionFalse, oauthv1alpha1.ReasonLifetimeTooShort)
	}
	s := newScene(t, person)
	s.authorize()
	o := s.operator(moment{})
	s.clock.turn(s.rest(o))
	s.provider.Lifetime = time.Minute
	s.rest(o)
	s.has(oauthv1alpha1.ConditionRefreshFailing, metav1.ConditionTrue, oauthv1alpha1.ReasonLifetimeTooShort)
	s.valid("while the provider issues tokens that live too short")
	s.provider.Lifetime = time.Hour
	s.clock.turn(10 * time.Second)
	s.rest(o)
	s.valid("afterwards: the refresh token of the refused answer was kept")
	s.has(oauthv1alpha1.ConditionReady, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
}

// Tenants reach public addresses only.
func TestAddresses(t *testing.T) {
	t.Parallel()
	var called atomic.Int64
	s := newScene(t, machine, func(o *oauthv1alpha1.OAuthToken) {
		o.Spec.Provider.Custom = &oauthv1alpha1.TokenCustomProvider{TokenEndpoint: "https://169.254.169.254/token"}
	})
	s.provider.Answer(func(http.ResponseWriter, *http.Request) bool { called.Add(1); return false })
	s.rest(s.operator(moment{}))
	s.has(oauthv1alpha1.ConditionTokenReady, metav1.ConditionFalse, oauthv1alpha1.ReasonAddressNotAllowed)
	for _, custom := range []oauthv1alpha1.TokenCustomProvider{
		{Issuer: oauthv1alpha1.WebURI(s.provider.URL)}, {TokenEndpoint: oauthv1alpha1.WebURI(s.provider.URL + "/token")},
	} {
		s.status()
		s.token.Spec.Provider.Custom = &custom
		s.update()
		s.rest(s.closed())
		s.has(oauthv1alpha1.ConditionTokenReady, metav1.ConditionFalse, oauthv1alpha1.ReasonAddressNotAllowed)
	}
	if called.Load() != 0 {
		t.Error("the provider at a loopback address was called")
	}
}

// Two leaders at the same time never send two requests at once, and one of them goes on.
func TestTwoLeaders(t *testing.T) {
	t.Parallel()
	s := newScene(t, person)
	s.authorize()
	leaders := []*operator{s.operator(moment{}), s.operator(moment{})}
	wait := s.rest(leaders[0])
	for n := range 10 {
		s.clock.turn(wait)
		var all sync.WaitGroup
		for _, o := range leaders {
			all.Go(func() { s.tryToRest(o) })
		}
		all.Wait()
		s.valid("with two leaders")
		wait = s.rest(leaders[n%2])
		if wait < time.Minute {
			// The other one may be at it, as far as this one knows.
			s.clock.turn(wait)
			wait = s.rest(leaders[n%2])
		}
	}
	if _, atOnce, revoked := s.provider.Counts(); atOnce != 1 || revoked != 0 {
		t.Errorf("%d requests at once, %d authorizations revoked", atOnce, revoked)
	}
}

// Without a refresh token people are told a day before the token ends.
func TestWithoutARefreshToken(t *testing.T) {
	t.Parallel()
	s := newScene(t, person)
	s.provider.Answer(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token":"only","token_type":"bearer","expires_in":259200}`))
		return true
	})
	s.authorize()
	o := s.operator(moment{})
	wait := s.rest(o)
	if status := s.status(); wait != 48*time.Hour || status.NextRefresh != nil || status.ExpiresAt == nil || s.shown() != "only" {
		t.Errorf("it looks again in %s; %+v", wait, status)
	}
	if meta.FindStatusCondition(s.token.Status.Conditions, oauthv1alpha1.ConditionAuthorizationDue) != nil {
		t.Error("an authorization is due already")
	}
	s.clock.turn(wait)
	wait = s.rest(o)
	s.has(oauthv1alpha1.ConditionAuthorizationDue, metav1.ConditionTrue, oauthv1alpha1.ReasonNoRefreshToken)
	s.has(oauthv1alpha1.ConditionReady, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
	s.clock.turn(wait)
	s.rest(o)
	s.has(oauthv1alpha1.ConditionAuthorized, metav1.ConditionFalse, oauthv1alpha1.ReasonNoRefreshToken)
	if s.shown() != "" {
		t.Error("the token that expired is still there")
	}
}

// What is wrong with the client's Secret is said, and cured without another change.
func TestTheClientSecret(t *testing.T) {
	t.Parallel()
	s := newScene(t, machine)
	o := s.operator(moment{})
	app := s.secret("crm-app")
	for value, reason := range map[string]string{"": oauthv1alpha1.ReasonClientSecretRefused, "a b": oauthv1alpha1.ReasonClientSecretRefused, "wrong": oauthv1alpha1.ReasonProviderRefused,
		strings.Repeat("a", 5000): oauthv1alpha1.ReasonClientSecretRefused, "line\n": oauthv1alpha1.ReasonClientSecretRefused} {
		app.Data = map[string][]byte{"secret": []byte(value)}
		if err := s.admin.Update(t.Context(), app); err != nil {
			t.Fatal(err)
		}
		s.rest(o)
		s.has(oauthv1alpha1.ConditionTokenReady, metav1.ConditionFalse, reason)
		s.clock.turn(10 * time.Minute)
	}
	s.remove(app)
	s.rest(o)
	s.has(oauthv1alpha1.ConditionTokenReady, metav1.ConditionFalse, oauthv1alpha1.ReasonClientSecretNotFound)
	s.create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: s.token.Namespace, Name: "crm-app"}, StringData: map[string]string{"secret": tokenprovider.ClientSecret}})
	s.rest(o)
	s.valid("after the client secret was corrected")
}

// An answer that cannot be stored at once is kept, and nothing else is sent before it is.
func TestAnAnswerThatCannotBeStored(t *testing.T) {
	t.Parallel()
	group := schema.GroupResource{Resource: "secrets"}
	for sentence, failure := range map[string]error{
		"the API server is busy": apierrors.NewTooManyRequests("slow down", 1), "a quota is reached": apierrors.NewForbidden(group, "crm-oauth-state", errors.New("exceeded quota")),
	} {
		s := newScene(t, person)
		s.authorize()
		o := s.operator(moment{})
		s.clock.turn(s.rest(o))
		before, _, _ := s.provider.Counts()
		left, sent := 4, false
		o.fails = func(what string) error {
			sent = sent || what == "request"
			if !sent || !strings.Contains(what, "state") || left == 0 {
				return nil
			}
			left--
			return failure
		}
		for left > 0 {
			s.rest(o)
			s.valid("while an answer cannot be stored: " + sentence)
			s.clock.turn(30 * time.Second)
		}
		s.rest(o)
		s.has(oauthv1alpha1.ConditionReady, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
		if after, _, revoked := s.provider.Counts(); after != before+1 || revoked != 0 || left != 0 {
			t.Errorf("%s: %d requests, %d authorizations revoked", sentence, after-before, revoked)
		}
	}
}
