package oauth2

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// hub answers as GitHub's documentation of its REST API says.
type hub struct {
	t *testing.T
	// answers are by path and, for pages after the first, page.
	answers map[string]string
	status  map[string]int
	asked   []string
	form    url.Values
}

const (
	secret  = "the-client-secret"
	access  = "gho_16C7e42F292c6912E7710c838347Ae178B4a"
	octocat = `{"login":"octocat","id":583231,"node_id":"MDQ6VXNlcjE=","name":"monalisa octocat","email":"shown@github.com","two_factor_authentication":true}`
	emails  = `[{"email":"octocat@users.noreply.github.com","verified":true,"primary":false,"visibility":null},{"email":"octocat@github.com","verified":true,"primary":true,"visibility":"public"}]`
	orgs    = `[{"login":"GitHub","id":1,"url":"https://api.github.com/orgs/github","description":"A great organization"}]`
	teams   = `[{"id":1,"name":"Justice League","slug":"justice-league","permission":"admin","parent":null,"organization":{"login":"GitHub","id":1}}]`
	token   = `{"access_token":"` + access + `","scope":"read:org,user:email","token_type":"bearer"}`
)

func newHub(t *testing.T) *hub {
	return &hub{t: t, status: map[string]int{}, answers: map[string]string{
		"/login/oauth/access_token": token, "/api/v3/user": octocat, "/api/v3/user/emails": emails, "/api/v3/user/orgs": orgs, "/api/v3/user/teams": teams,
	}}
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.URL.Path
	h.asked = append(h.asked, key)
	if key == "/login/oauth/access_token" {
		_ = r.ParseForm()
		h.form = r.PostForm
		if r.Header.Get("Authorization") != "" {
			h.t.Error("GitHub documents no Authorization header at the token endpoint")
		}
	} else if r.Header.Get("Authorization") != "Bearer "+access || r.Header.Get("Accept") != githubAccept {
		h.t.Errorf("%s is asked with %v", key, r.Header)
	}
	if page := r.FormValue("page"); page != "" && page != "1" {
		key += "#" + page
	}
	body, ok := h.answers[key]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if _, more := h.answers[r.URL.Path+"#"+next(r.FormValue("page"))]; more {
		w.Header().Set("Link", `<https://api.github.com/user/teams?per_page=100&page=1>; rel="prev", <https://attacker.example/>; rel="next"`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if status := h.status[r.URL.Path]; status != 0 {
		w.WriteHeader(status)
	}
	_, _ = w.Write([]byte(body))
}

func next(page string) string {
	var n int
	_, _ = fmt.Sscan(page, &n)
	return fmt.Sprint(n + 1)
}

// provider returns GitHub, which is a program here.
func (h *hub) provider(change ...func(*oauthv1alpha1.OAuth2Provider)) *Provider {
	h.t.Helper()
	server := httptest.NewTLSServer(h)
	h.t.Cleanup(server.Close)
	spec := &oauthv1alpha1.OAuth2Provider{
		Preset: oauthv1alpha1.OAuth2ProviderGitHub, ClientID: "the-client", GitHub: &oauthv1alpha1.GitHubProvider{Server: oauthv1alpha1.WebURI(server.URL)},
	}
	for _, c := range change {
		c(spec)
	}
	return newProvider(h.t, spec, server)
}

func newProvider(t *testing.T, spec *oauthv1alpha1.OAuth2Provider, server *httptest.Server) *Provider {
	t.Helper()
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	object := &oauthv1alpha1.OAuthIdentityProvider{}
	object.Spec.OAuth2 = spec
	p, err := New(Options{Provider: object, Secret: secret, HTTP: client, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var request = upstream.Request{
	RedirectURI: "https://auth.example.com/login/callback/github", State: "the-state", Verifier: strings.Repeat("v", 43), LoginHint: "octocat",
}

func TestGitHub(t *testing.T) {
	h := newHub(t)
	p := h.provider()
	to, err := p.AuthorizationURL(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"client_id": "the-client", "redirect_uri": request.RedirectURI, "scope": "user:email read:org", "state": "the-state", "response_type": "code",
		"code_challenge_method": "S256", "login": "octocat",
	} {
		if got := u.Query()[name]; len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if u.Path != "/login/oauth/authorize" || len(u.Query().Get("code_challenge")) != 43 {
		t.Errorf("users are sent to %s", u.Path)
	}
	anew := request
	anew.Login = true
	if _, err := p.AuthorizationURL(t.Context(), anew); !errors.Is(err, upstream.ErrStale) {
		t.Errorf("a fresh sign-in is demanded: %v", err)
	}
	account, err := p.Redeem(t.Context(), "the-code", request)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"client_id": "the-client", "client_secret": secret, "code": "the-code", "redirect_uri": request.RedirectURI, "code_verifier": request.Verifier,
	} {
		if h.form.Get(name) != want {
			t.Errorf("the token endpoint gets %s=%q", name, h.form.Get(name))
		}
	}
	if account.ID != "583231" || account.Username != "octocat" || account.DisplayName != "monalisa octocat" || account.Email != "octocat@github.com" || !account.EmailVerified {
		t.Errorf("%+v", account)
	}
	if want := []string{"github", "github/justice-league"}; !slices.Equal(account.Groups, want) {
		t.Errorf("groups %q", account.Groups)
	}
	if !p.Asks(account) {
		t.Fatal("GitHub's access tokens do not expire, but it is not asked again")
	}
	h.answers["/api/v3/user/teams"], h.answers["/api/v3/user"] = "[]", strings.Replace(octocat, "octocat", "renamed", 1)
	again, err := p.Again(t.Context(), account)
	if err != nil || again.ID != account.ID || again.Username != "renamed" || !slices.Equal(again.Groups, []string{"github"}) || again.RefreshToken == "" {
		t.Errorf("again: %+v, %v", again, err)
	}
	h.answers["/api/v3/user"] = strings.Replace(octocat, "583231", "583232", 1)
	if _, err := p.Again(t.Context(), account); !errors.Is(err, upstream.ErrGone) {
		t.Errorf("another account: %v", err)
	}
}

// TestGitHubSaysNo: what ends access, and what leaves it open.
func TestGitHubSaysNo(t *testing.T) {
	for sentence, test := range map[string]struct {
		path, body string
		status     int
		gone       bool
	}{
		"the token was revoked":          {"/api/v3/user", `{"message":"Bad credentials"}`, 401, true},
		"the account was suspended":      {"/api/v3/user", `{"message":"Sorry. Your account was suspended."}`, 403, true},
		"asked too often":                {"/api/v3/user", `{"message":"API rate limit exceeded for user ID 1."}`, 403, false},
		"asked much too often":           {"/api/v3/user/teams", `{"message":"You have exceeded a secondary rate limit."}`, 429, false},
		"it is down":                     {"/api/v3/user/orgs", `oh no`, 503, false},
		"a permission is missing":        {"/api/v3/user/emails", `{"message":"Resource not accessible by integration"}`, 403, false},
		"something else answers":         {"/api/v3/user", `<html>`, 200, false},
		"an account without an ID":       {"/api/v3/user", `{"login":"octocat"}`, 200, false},
		"an account without a login":     {"/api/v3/user", `{"id":1}`, 200, false},
		"an ID that is no whole number":  {"/api/v3/user", `{"login":"octocat","id":1.5}`, 200, false},
		"an ID that is written as e":     {"/api/v3/user", `{"login":"octocat","id":1e5}`, 200, false},
		"an answer that is much too big": {"/api/v3/user/orgs", `[` + strings.Repeat(" ", maxPage) + `]`, 200, false},
		"a redirect":                     {"/api/v3/user", ``, 302, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			h := newHub(t)
			p := h.provider()
			account, err := p.Redeem(t.Context(), "the-code", request)
			if err != nil {
				t.Fatal(err)
			}
			h.answers[test.path], h.status[test.path] = test.body, test.status
			if _, err := p.Again(t.Context(), account); err == nil || errors.Is(err, upstream.ErrGone) != test.gone || strings.Contains(err.Error(), access) {
				t.Errorf("again: %v", err)
			}
			if _, err := p.Again(t.Context(), account); errors.Is(err, upstream.ErrAway) != (sentence == "it is down") {
				t.Errorf("for everyone: %v", err)
			}
			if _, err := p.Redeem(t.Context(), "the-code", request); err == nil || errors.Is(err, upstream.ErrGone) && !strings.Contains(sentence, "suspended") {
				t.Errorf("at sign-in: %v", err)
			}
		})
	}
}

// TestGitHubRefusesTheCode with status 200, as it does.
func TestGitHubRefusesTheCode(t *testing.T) {
	for sentence, answer := range map[string]string{
		"a wrong code":       `{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired."}`,
		"a wrong secret":     `{"error":"incorrect_client_credentials"}`,
		"no token":           `{}`,
		"a token of a kind":  `{"access_token":"` + access + `","token_type":"mac"}`,
		"an error of theirs": `{"error":"` + access + `"}`,
	} {
		t.Run(sentence, func(t *testing.T) {
			h := newHub(t)
			h.answers["/login/oauth/access_token"] = answer
			_, err := h.provider().Redeem(t.Context(), "the-code", request)
			if err == nil || strings.Contains(err.Error(), access) || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "the-code") {
				t.Error(err)
			}
			if errors.Is(err, upstream.ErrCode) != (sentence == "a wrong code") {
				t.Errorf("it is the code that is wrong: %v", err)
			}
			if slices.Contains(h.asked, "/api/v3/user") {
				t.Error("the profile was asked")
			}
		})
	}
}

func TestGitHubHasPages(t *testing.T) {
	h := newHub(t)
	for page := 1; page <= pages; page++ {
		var list []map[string]any
		for n := range perPage {
			list = append(list, map[string]any{"slug": fmt.Sprintf("T%d-%d", page, n), "organization": map[string]string{"login": "Acme"}})
		}
		text, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		key := "/api/v3/user/teams"
		if page > 1 {
			key += fmt.Sprint("#", page)
		}
		h.answers[key] = string(text)
	}
	p := h.provider()
	account, err := p.Redeem(t.Context(), "the-code", request)
	if err != nil || len(account.Groups) != 1+pages*perPage || !slices.Contains(account.Groups, "acme/t10-99") {
		t.Errorf("%d groups, %v", len(account.Groups), err)
	}
	h.answers[fmt.Sprint("/api/v3/user/teams#", pages+1)] = teams
	if _, err := p.Redeem(t.Context(), "the-code", request); err == nil {
		t.Error("groups beyond the last page were left out")
	}
}

// TestGitHubIsAskedForWhatTheScopesAllow, and for an address that is primary and verified.
func TestGitHubIsAskedForWhatTheScopesAllow(t *testing.T) {
	h := newHub(t)
	account, err := h.provider(func(s *oauthv1alpha1.OAuth2Provider) { s.Scopes = []string{"read:user"} }).Redeem(t.Context(), "the-code", request)
	if err != nil || account.Email != "" || account.Groups != nil || len(h.asked) != 2 {
		t.Errorf("%+v, %v, asked %v", account, err, h.asked)
	}
	h = newHub(t)
	h.answers["/api/v3/user/emails"] = `[{"email":"a@example.com","verified":false,"primary":true},{"email":"b@example.com","verified":true,"primary":false}]`
	if account, err := h.provider().Redeem(t.Context(), "the-code", request); err != nil || account.Email != "" || account.EmailVerified {
		t.Errorf("%+v, %v", account, err)
	}
}

// TestGitHubTokensThatExpire are those of GitHub Apps.
func TestGitHubTokensThatExpire(t *testing.T) {
	h := newHub(t)
	p := h.provider()
	expiring := func(refresh string) string {
		return `{"access_token":"` + access + `","expires_in":28800,"refresh_token":"` + refresh + `","refresh_token_expires_in":15811200,"scope":"","token_type":"bearer"}`
	}
	h.answers["/login/oauth/access_token"] = expiring("ghr_1")
	account, err := p.Redeem(t.Context(), "the-code", request)
	if err != nil {
		t.Fatal(err)
	}
	h.asked = nil
	if again, err := p.Again(t.Context(), account); err != nil || slices.Contains(h.asked, "/login/oauth/access_token") || again.RefreshToken != account.RefreshToken {
		t.Errorf("before the end: %v, asked %v", err, h.asked)
	}
	p.now = func() time.Time { return time.Now().Add(9 * time.Hour) }
	h.answers["/login/oauth/access_token"] = expiring("ghr_2")
	again, err := p.Again(t.Context(), account)
	if err != nil || h.form.Get("refresh_token") != "ghr_1" || h.form.Get("grant_type") != "refresh_token" || !strings.Contains(again.RefreshToken, "ghr_2") {
		t.Errorf("after the end: %v, sent %q", err, h.form.Get("refresh_token"))
	}
	h.status["/api/v3/user"] = 502
	if kept, err := p.Again(t.Context(), again); err == nil || errors.Is(err, upstream.ErrGone) || kept.ID != account.ID || !strings.Contains(kept.RefreshToken, "ghr_2") {
		t.Errorf("a profile that fails after the refresh token was spent: %v", err)
	}
	h.status["/api/v3/user"] = 0
	h.answers["/login/oauth/access_token"] = `{"error":"bad_refresh_token","error_description":"The refresh token passed is incorrect or expired."}`
	if _, err := p.Again(t.Context(), again); !errors.Is(err, upstream.ErrGone) {
		t.Errorf("a refresh token that has ended: %v", err)
	}
}
