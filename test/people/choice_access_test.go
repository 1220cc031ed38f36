package people

import (
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// payroll is in the catalogue of config/samples/dev, with a display name.
const payroll = "https://payroll.example.com"

// stays is what the pages say of access that outlives the Login.
const stays = "while you are away and after you sign out"

// silently sends a browser to an application that may show nothing.
func silently(t testing.TB, app installation.App, v *installation.Visitor, more url.Values) installation.View {
	t.Helper()
	silent := url.Values{"prompt": {"none"}}
	maps.Copy(silent, more)
	view, _ := authorize(t, app, v, silent)
	return view
}

// A user who agreed to openid has not agreed to a token for another service.
func TestConsentCoversAudiences(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Audiences = []oauthv1alpha1.Audience{payroll, oauthv1alpha1.Audience(c.Namespace + ".api")}
	})
	api, v, person := app.Object.Namespace+".api", visitor(t), newPerson(t)
	app.Tokens(t, v, person.Spec.Username, nil)
	answered(t, silently(t, app, v, nil))
	for _, parameter := range []string{"resource", "audience"} {
		refusedTo(t, app, silently(t, app, v, url.Values{parameter: {payroll}}), "consent_required")
	}
	view, verifier := authorize(t, app, v, url.Values{"resource": {payroll}})
	asksToAgree(t, view)
	for _, shown := range []string{"services in your name", "Payroll", payroll} {
		if !strings.Contains(view.Body, shown) {
			t.Errorf("the page does not show %q:\n%s", shown, view.Body)
		}
	}
	if strings.Contains(view.Body, "no particular permission") || strings.Contains(view.Body, stays) {
		t.Errorf("the page says what is not true:\n%s", view.Body)
	}
	tokens := tokensOf(t, app.Redeem(t, answered(t, v.Decide(t, view, "allow")), verifier, nil))
	if answer := introspected(t, app, bearer(tokens)); !strings.Contains(answer.Body, payroll) {
		t.Errorf("the token is introspected as %s", answer.Body)
	}
	answered(t, silently(t, app, v, url.Values{"resource": {payroll}}))
	answered(t, silently(t, app, v, nil))
	refusedTo(t, app, silently(t, app, v, url.Values{"resource": {api}}), "consent_required")
	refusedTo(t, app, silently(t, app, v, url.Values{"resource": {payroll, api}}), "consent_required")
	if account := v.Get(t, app.Issuer+"/account"); !strings.Contains(account.Body, payroll) || strings.Contains(account.Body, api) {
		t.Errorf("the account page shows:\n%s", account.Body)
	}
}

// Nor has that user agreed to refresh tokens that outlive the Login.
func TestConsentCoversOffline(t *testing.T) {
	t.Parallel()
	person, v := newPerson(t), visitor(t)
	app, brief := newApp(t), newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
	})
	for _, a := range []installation.App{app, brief} {
		a.Tokens(t, v, person.Spec.Username, url.Values{"scope": {"openid read"}})
	}
	oauth := url.Values{"scope": {"read"}}
	answered(t, silently(t, brief, v, oauth))
	refusedTo(t, app, silently(t, app, v, oauth), "consent_required")
	refusedTo(t, app, silently(t, app, v, url.Values{"scope": {"openid offline_access"}}), "consent_required")
	if account := v.Get(t, app.Issuer+"/account"); strings.Contains(account.Body, stays) {
		t.Errorf("the account page promises too much:\n%s", account.Body)
	}
	view, _ := authorize(t, app, v, oauth)
	asksToAgree(t, view)
	if !strings.Contains(view.Body, stays) {
		t.Errorf("the page does not say that the application keeps its access:\n%s", view.Body)
	}
	answered(t, v.Decide(t, view, "allow"))
	answered(t, silently(t, app, v, oauth))
	if account := v.Get(t, app.Issuer+"/account"); strings.Count(account.Body, stays) != 1 {
		t.Errorf("the account page shows:\n%s", account.Body)
	}
}

// A page that did not say it gives no refresh tokens that outlive the Login, even if the
// client may have them by the time that the code is redeemed.
func TestConsentBeforeRefreshTokens(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]oauthv1alpha1.ConsentMode{"remembered": oauthv1alpha1.ConsentRemember, "prompted": oauthv1alpha1.ConsentPrompt} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			person, v := newPerson(t), visitor(t)
			app := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
				c.Spec.GrantTypes, c.Spec.Consent = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}, mode
			})
			asked := url.Values{"scope": {"read"}}
			view, verifier := authorize(t, app, v, asked)
			view = v.SignIn(t, view, person.Spec.Username, person.Spec.Username+"-password")
			asksToAgree(t, view)
			if strings.Contains(view.Body, stays) {
				t.Errorf("the page promises what the application will not get:\n%s", view.Body)
			}
			change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) {
				c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode, oauthv1alpha1.GrantRefreshToken}
			})
			later, laterVerifier := view, ""
			installation.Eventually(t, time.Minute, func() bool {
				later, laterVerifier = authorize(t, app, v, asked)
				return strings.Contains(later.Body, stays)
			}, func() string { return "the grant at the server" })
			denied(t, app.Redeem(t, answered(t, v.Decide(t, view, "allow")), verifier, nil), "invalid_grant")
			if tokens := tokensOf(t, app.Redeem(t, answered(t, v.Decide(t, later, "allow")), laterVerifier, nil)); tokens["refresh_token"] == nil {
				t.Errorf("who was told gets %v", tokens)
			}
		})
	}
}
