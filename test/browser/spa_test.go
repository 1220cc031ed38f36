package browser

import (
	"net/http"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// singleInput is what the scenarios of spa.mjs take.
type singleInput struct {
	input
	Application string         `json:"application"`
	Stranger    string         `json:"stranger"`
	Settings    map[string]any `json:"settings"`
}

// newSingle creates a single-page application on another origin of the server's site,
// as those are that renew in a frame.
func newSingle(t *testing.T, grants ...oauthv1alpha1.GrantType) singleInput {
	t.Helper()
	var s site
	p := newParty(t, func(c *oauthv1alpha1.OAuthClient) {
		other := strings.TrimSuffix(string(c.Spec.RedirectURIs[0]), "/callback")
		s = site{Other: other, Same: strings.Replace(other, "localhost", "127.0.0.1", 1)}
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
		c.Spec.GrantTypes = grants
		c.Spec.AllowedOrigins = []oauthv1alpha1.Origin{oauthv1alpha1.Origin(s.Same)}
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{oauthv1alpha1.RedirectURI(s.Same + "/single"), oauthv1alpha1.RedirectURI(s.Same + "/silent")}
		c.Spec.PostLogoutRedirectURIs = []oauthv1alpha1.RedirectURI{oauthv1alpha1.RedirectURI(s.Same + "/single")}
	})
	in := singleInput{input: p.input(nil), Application: s.Same, Stranger: s.Other, Settings: map[string]any{
		"authority": p.Issuer, "client_id": p.ID, "redirect_uri": s.Same + "/single", "post_logout_redirect_uri": s.Same + "/single",
		"silent_redirect_uri": s.Same + "/silent", "popup_redirect_uri": s.Same + "/silent",
		"scope": "openid profile email", "loadUserInfo": true, "automaticSilentRenew": false,
		"revokeTokenTypes": []string{"access_token", "refresh_token"},
	}}
	in.RedirectURI = s.Same + "/single"
	return in
}

// user is what the library knows of who is signed in, or how it failed.
type user struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	IDToken      string `json:"id_token"`
	Profile      map[string]any
	Failed       string
}

func (u user) is(username, email string) bool {
	return u.Failed == "" && u.AccessToken != "" && u.Profile["preferred_username"] == username && u.Profile["email"] == email
}

func TestSinglePageApplication(t *testing.T) {
	t.Parallel()
	in := newSingle(t, oauthv1alpha1.GrantAuthorizationCode, oauthv1alpha1.GrantRefreshToken)
	type call struct {
		Status    int
		Challenge string
	}
	var got struct {
		User, Renewed user
		Before, After call
		Revoked       struct{ Failed string }
		Asked         screen
		Out           struct{ Failed, UserState string }
	}
	play(t, "singlePage", in, &got, "401 (Unauthorized) ("+in.Issuer+"/userinfo)")
	if !got.User.is("alice", "alice@example.com") || got.User.RefreshToken == "" {
		t.Errorf("signing in gives %+v", got.User)
	}
	if r := got.Renewed; !r.is("alice", "alice@example.com") || r.AccessToken == got.User.AccessToken || r.RefreshToken == got.User.RefreshToken {
		t.Errorf("renewing gives %+v", r)
	}
	if got.Before.Status != http.StatusOK || got.Revoked.Failed != "" || got.After.Status != http.StatusUnauthorized ||
		!strings.Contains(got.After.Challenge, "invalid_token") {
		t.Errorf("revoking: %+v, %+v, %+v", got.Before, got.Revoked, got.After)
	}
	if !strings.Contains(got.Asked.Text, "Team Wiki") || got.Out.Failed != "" {
		t.Errorf("signing out asks %+v and leads to %+v", got.Asked, got.Out)
	}
}

func TestSinglePageApplicationRenewsInAFrame(t *testing.T) {
	t.Parallel()
	in := newSingle(t, oauthv1alpha1.GrantAuthorizationCode)
	var got struct{ User, Renewed, After user }
	play(t, "silent", in, &got)
	if !got.User.is("alice", "alice@example.com") || got.User.RefreshToken != "" {
		t.Errorf("signing in gives %+v", got.User)
	}
	if r := got.Renewed; !r.is("alice", "alice@example.com") || r.AccessToken == got.User.AccessToken {
		t.Errorf("renewing gives %+v", r)
	}
	if got.After.Failed != "login_required" {
		t.Errorf("renewing for nobody gives %+v", got.After)
	}
}

// A Cross-Origin-Opener-Policy would cut the popup off from the application.
func TestSinglePageApplicationWithAPopup(t *testing.T) {
	t.Parallel()
	in := newSingle(t, oauthv1alpha1.GrantAuthorizationCode)
	in.Username, in.Password = "bob", "bob-password"
	var got user
	play(t, "signInWithPopup", in, &got)
	if got.Failed != "" || got.Profile["preferred_username"] != "bob" {
		t.Errorf("signing in gives %+v", got)
	}
}

func TestScriptsOfOtherOriginsSeeNothing(t *testing.T) {
	t.Parallel()
	in := newSingle(t, oauthv1alpha1.GrantAuthorizationCode)
	got := map[string]string{}
	play(t, "foreignOrigin", in, &got)
	for what, outcome := range got {
		want := "refused"
		if what == "discovery" {
			want = "seen 200" // what everybody may know
		}
		if outcome != want {
			t.Errorf("%s: %s", what, outcome)
		}
	}
	if len(got) != 6 {
		t.Errorf("it tried %v", got)
	}
}
