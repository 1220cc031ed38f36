package connect

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// A person authorizes, and pods have a token; once more, and they have another one.
func TestAuthorize(t *testing.T) {
	t.Parallel()
	s := newScene(t, shared.Grantor(t))
	v := s.visitor()
	view := s.open(t, v, "alice")
	for _, text := range []string{s.key.Namespace, "crm", "reports at work", "read", "write", "access_type=offline &amp; more", strings.TrimPrefix(s.provider.URL, "http://"), "alice"} {
		if !strings.Contains(view.Body, text) {
			t.Errorf("the page does not name %q: %s", text, view.Body)
		}
	}
	if policy := view.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' http:;") {
		t.Errorf("a browser would not go to the provider: %s", policy)
	}
	request := s.leave(t, v, "alice")
	for name, wanted := range map[string]string{
		"response_type": "code", "client_id": "reports at work", "scope": "read write", "prompt": "consent", "code_challenge_method": "S256",
		"access_type": "offline & more", "redirect_uri": s.page() + "/callback",
	} {
		if request.Get(name) != wanted {
			t.Errorf("the request has %s=%q", name, request.Get(name))
		}
	}
	if token := s.token(t); token.Status.AuthorizeURL != s.page() || token.Status.Server.RedirectURI != request.Get("redirect_uri") {
		t.Errorf("the status says %+v", token.Status)
	}
	answer := s.back(request)
	view = v.Get(t, s.callback(answer))
	if view.Status != http.StatusOK || view.URL.Query().Has("code") || view.URL.Query().Has("state") {
		t.Errorf("coming back leads to %d %s", view.Status, view.URL.Path)
	}
	if view = settled(t, v, view); !strings.Contains(view.Body, "The token is there") {
		t.Errorf("in the end: %s", view.Body)
	}
	token := s.token(t)
	if !s.valid(t) || token.Status.AuthorizedBy != "alice" {
		t.Errorf("no token: %+v", token.Status)
	}
	kept := s.connections(t)
	if len(kept) != 1 || kept[0].Spec.State != "Taken" || kept[0].Spec.Payload != "" || kept[0].Spec.TokenUID != string(token.UID) {
		t.Errorf("kept: %+v", kept)
	}
	if again := v.Get(t, s.callback(answer)); again.Status != http.StatusBadRequest {
		t.Errorf("the same answer again: %d", again.Status)
	}
	settled(t, v, v.Get(t, s.callback(s.back(s.leave(t, v, "alice")))))
	if requests, _, revoked := s.provider.Counts(); requests != 2 || revoked != 0 || !s.valid(t) {
		t.Errorf("authorizing twice: %d token requests, %d revoked", requests, revoked)
	}
	secrets := append(s.provider.Issued(), request.Get("state"), request.Get("code_challenge"))
	noSecretIn(t, s.Dir, secrets...)
	events := &corev1.EventList{}
	installation.Eventually(t, installation.Effective, func() bool {
		err := s.Admin.List(t.Context(), events, client.InNamespace(s.key.Namespace))
		return err == nil && len(events.Items) > 0
	}, func() string { return "an event" })
	for name, object := range map[string]any{"the OAuthToken": s.token(t), "a Connection": s.connections(t), "an event": events.Items} {
		text, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s has a secret", name)
			}
		}
	}
}

// A provider that accepts the person and refuses the code is told of, and the code is not sent
// again.
func TestTheProviderRefusesTheCode(t *testing.T) {
	t.Parallel()
	s := newScene(t, shared.Grantor(t))
	s.provider.Answer(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"<script>"}`))
		return true
	})
	v := s.visitor()
	view := settled(t, v, v.Get(t, s.callback(s.back(s.leave(t, v, "alice")))))
	if !strings.Contains(view.Body, "The provider gave no token") || strings.Contains(view.Body, "<script") {
		t.Errorf("in the end: %s", view.Body)
	}
	if requests, _, _ := s.provider.Counts(); requests != 1 || s.reason(t) != oauthv1alpha1.ReasonCodeNotRedeemed {
		t.Errorf("%d requests, %s", requests, s.reason(t))
	}
	s.provider.Answer(nil)
	if view = settled(t, v, v.Get(t, s.callback(s.back(s.leave(t, v, "alice"))))); !strings.Contains(view.Body, "The token is there") || !s.valid(t) {
		t.Errorf("once more: %s", view.Body)
	}
}

// While the client secret is missing nobody is sent away, and the page says what is missing.
func TestNobodyLeavesInVain(t *testing.T) {
	t.Parallel()
	s := newScene(t, shared.Grantor(t))
	v := s.visitor()
	back := s.back(s.leave(t, v, "alice"))
	view := s.open(t, v, "alice")
	form := continueForm(t, view)
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: s.key.Namespace, Name: "crm-app"}}
	if err := s.Admin.Delete(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	// A change that concerns nobody makes the operator look.
	s.edit(t, func(spec *oauthv1alpha1.OAuthTokenSpec) { spec.OnExpiry = oauthv1alpha1.TokenOnExpiryKeep })
	if s.reason(t) != oauthv1alpha1.ReasonClientSecretNotFound {
		t.Errorf("the operator says %s", s.reason(t))
	}
	for name, view := range map[string]installation.View{"the page": v.Get(t, s.page()), "to continue": v.Submit(t, view, form, nil)} {
		if !strings.Contains(view.Body, "cannot be authorized yet") || !strings.Contains(view.Body, "crm-app") || view.Header.Get("Refresh") != "" || view.Status != http.StatusOK {
			t.Errorf("%s: %d %s", name, view.Status, view.Body)
		}
	}
	if view := v.Get(t, s.callback(back)); view.Status != http.StatusConflict {
		t.Errorf("after a change: %d %s", view.Status, view.Body)
	}
}

// noSecretIn checks that no program wrote a text.
func noSecretIn(t testing.TB, dir string, texts ...string) {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil || len(logs) == 0 {
		t.Fatalf("no logs: %v", err)
	}
	for _, name := range logs {
		log, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if strings.Contains(string(log), text) {
				t.Errorf("%s has a secret", filepath.Base(name))
			}
		}
	}
}

// The provider is this Grantor itself: a person comes by its pages, and the token works there.
func TestGrantorIsTheProvider(t *testing.T) {
	t.Parallel()
	g := shared.Grantor(t)
	s := newScene(t, g, func(o *oauthv1alpha1.OAuthToken) {
		g.NewApp(t, installation.Application(o.Namespace, "reports", func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{oauthv1alpha1.RedirectURI(g.Issuer + "/connect/" + o.Namespace + "/crm/callback")}
			c.Spec.GrantTypes = []oauthv1alpha1.GrantType{"authorization_code", "refresh_token"}
		}))
		o.Spec.Provider, o.Spec.ClientID, o.Spec.ClientSecretRef, o.Spec.Parameters = nil, "", nil, nil
		o.Spec.ClientRef = &oauthv1alpha1.TokenClientReference{Name: "reports"}
		o.Spec.Scopes = []string{"openid", "profile", "offline_access"}
	})
	v := s.visitor()
	view := s.open(t, v, "alice")
	view = v.Decide(t, v.Submit(t, view, continueForm(t, view), nil), "allow")
	if view = settled(t, v, view); !strings.Contains(view.Body, "The token is there") {
		t.Fatalf("in the end: %d %s", view.Status, view.Body)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Issuer+"/userinfo", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.shown(t))
	if answer := installation.Do(t, request); answer.Status != http.StatusOK || answer.JSON["sub"] == "" {
		t.Errorf("the token is good for %d %s", answer.Status, answer.Body)
	}
	if token := s.token(t); token.Status.NextRefresh == nil {
		t.Errorf("it is not refreshed: %+v", token.Status)
	}
}

func TestWhoMayAuthorize(t *testing.T) {
	t.Parallel()
	g := shared.Grantor(t)
	g.CreateUser(t, "connect-member", func(u *oauthv1alpha1.OAuthUser) { u.Spec.Groups = []string{"crm-admins"} })
	byGroup := newScene(t, g, func(o *oauthv1alpha1.OAuthToken) {
		o.Spec.AuthorizedBy = &oauthv1alpha1.TokenAuthorizers{Groups: []string{"crm-admins"}}
	})
	installation.Eventually(t, installation.Effective, func() bool {
		view := byGroup.open(t, byGroup.visitor(), "connect-member")
		return view.Status == http.StatusOK && strings.Contains(view.Body, "Continue")
	}, func() string { return "a member of the group may" })
	nobody := newScene(t, g, func(o *oauthv1alpha1.OAuthToken) { o.Spec.AuthorizedBy = nil })
	missing := byGroup
	missing.key.Name = "missing"
	var bodies []string
	for name, s := range map[string]scene{"somebody else": byGroup, "nobody": nobody, "none": missing} {
		view := s.open(t, s.visitor(), "alice")
		if view.Status != http.StatusForbidden || len(view.Forms) != 0 {
			t.Errorf("%s: %d %s", name, view.Status, view.Body)
		}
		bodies = append(bodies, message(view.Body))
	}
	if bodies[0] != bodies[1] || bodies[1] != bodies[2] {
		t.Errorf("the pages tell what exists: %q", bodies)
	}
	// Nobody learns anything before signing in.
	for _, s := range []scene{byGroup, nobody, missing} {
		view := s.visitor().Get(t, s.page())
		if _, ok := view.LoginForm(); !ok || view.Status != http.StatusOK {
			t.Errorf("a stranger gets %d %s", view.Status, view.Body)
		}
	}
}

// message returns the text of a page of an error, without what is different each time.
func message(body string) string {
	text, _, _ := strings.Cut(body, `class="origin reference"`)
	return text
}

func TestPaths(t *testing.T) {
	t.Parallel()
	s := newScene(t, shared.Grantor(t))
	for _, path := range []string{"/connect/", "/connect/a", "/connect/a/b/c", "/connect/a/b/callback/callback", "/connect/A/b", "/connect/a/b%2fc", "/connect//", "/connect/../x/y"} {
		if view := s.visitor().Get(t, s.Issuer+path); view.Status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, view.Status)
		}
	}
}
