package devices

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestLink(t *testing.T) {
	t.Parallel()
	d, v := begin(t, newApp(t), nil), visitor(t)
	if answer := d.poll(t, d.Issuer); answer.Code() != "authorization_pending" {
		t.Errorf("before anything: %d %s", answer.Status, answer.Body)
	}
	if answer := d.poll(t, d.Issuer); answer.Code() != "slow_down" {
		t.Errorf("at once: %d %s", answer.Status, answer.Body)
	}
	view := v.SignIn(t, v.Get(t, d.link), "alice", "alice-password")
	if !strings.Contains(view.Body, d.userCode) || !strings.Contains(view.Body, "Only go on if you started this yourself") {
		t.Errorf("the page does not show the code, or does not warn: %s", view.Body)
	}
	if view = v.Decide(t, view, "allow"); view.Status != http.StatusOK || !strings.Contains(view.Body, "Your device has access") {
		t.Fatalf("allowing answers %d %s", view.Status, view.Body)
	}
	replicas := shared.Grantor(t).Servers
	answer := d.token(t, replicas[1].Options().URL)
	if answer.JSON["id_token"] == nil || answer.JSON["scope"] != "openid profile offline_access" {
		t.Errorf("the answer is %v", answer.JSON)
	}
	again := d.token(t, replicas[2].Options().URL)
	if again.JSON["refresh_token"] != answer.JSON["refresh_token"] {
		t.Error("a lost answer is not given again")
	}
	refresh, _ := answer.JSON["refresh_token"].(string)
	if next := d.Refresh(t, refresh, nil); next.Status != http.StatusOK {
		t.Errorf("a refresh answers %d %s", next.Status, next.Body)
	}
	// Who has the device code beside the device now ends what it gave.
	if third := d.awaited(t); third.Code() != "invalid_grant" {
		t.Errorf("a redemption after a refresh answers %d %s", third.Status, third.Body)
	}
	access, _ := answer.JSON["access_token"].(string)
	if body := d.Post(t, "/introspect", url.Values{"token": {access}}).Body; strings.Contains(body, `"active":true`) {
		t.Errorf("after that: %s", body)
	}
	if view = v.Get(t, d.link); view.Status != http.StatusOK {
		t.Errorf("the link later: %d %s", view.Status, view.Body)
	}
}

func TestTypedCode(t *testing.T) {
	t.Parallel()
	d, v := begin(t, newApp(t), nil), visitor(t)
	if view := d.typedBy(t, v, "nonsense"); view.Status != http.StatusBadRequest {
		t.Errorf("what is no code: %d %s", view.Status, view.Body)
	}
	var polled installation.Answer
	var polls sync.WaitGroup
	defer polls.Wait()
	polls.Go(func() { polled = d.awaited(t) })
	view := d.typedBy(t, v, " "+strings.ToLower(strings.ReplaceAll(d.userCode, "-", " ")))
	for view.Header.Get("Refresh") != "" {
		view = v.Get(t, view.URL.String())
	}
	if _, ok := view.DecisionForm(); !ok || !strings.Contains(view.Body, d.userCode) {
		t.Fatalf("the code leads to %d %s", view.Status, view.Body)
	}
	if view = v.Decide(t, view, "allow"); !strings.Contains(view.Body, "Your device has access") {
		t.Fatalf("allowing answers %d %s", view.Status, view.Body)
	}
	if polls.Wait(); polled.Status != http.StatusOK {
		t.Errorf("the device gets %d %s", polled.Status, polled.Body)
	}
	if view = d.typedBy(t, v, d.userCode); view.Status != http.StatusForbidden {
		t.Errorf("the code once more: %d %s", view.Status, view.Body)
	}
}

func TestDenied(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v := visitor(t)
	d := begin(t, app, nil)
	view := v.Decide(t, v.SignIn(t, v.Get(t, d.link), "alice", "alice-password"), "deny")
	if view.Status != http.StatusOK || !strings.Contains(view.Body, "gets no access") {
		t.Errorf("denying answers %d %s", view.Status, view.Body)
	}
	if answer := d.awaited(t); answer.Code() != "access_denied" {
		t.Errorf("the device gets %d %s", answer.Status, answer.Body)
	}
	// Who denied cannot allow with the same link any more.
	if view = v.Decide(t, v.Get(t, d.link), "allow"); view.Status != http.StatusForbidden {
		t.Errorf("allowing after that: %d %s", view.Status, view.Body)
	}
}

// Another user's code cannot be taken over.
func TestClaimedByAnotherUser(t *testing.T) {
	t.Parallel()
	d, alice, bob := begin(t, newApp(t), nil), visitor(t), visitor(t)
	d.typedBy(t, alice, d.userCode)
	view := bob.SignIn(t, bob.Get(t, d.typed), "bob", "bob-password")
	view = bob.Submit(t, view, codeForm(t, view), url.Values{"user_code": {d.userCode}})
	if view.Status != http.StatusForbidden || !strings.Contains(view.Body, "in use already") {
		t.Errorf("typing: %d %s", view.Status, view.Body)
	}
	if view = bob.Decide(t, bob.Get(t, d.link), "allow"); view.Status != http.StatusForbidden {
		t.Errorf("by the link: %d %s", view.Status, view.Body)
	}
	if answer := d.poll(t, d.Issuer); answer.Code() != "authorization_pending" {
		t.Errorf("the device gets %d %s", answer.Status, answer.Body)
	}
}

func TestRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	other := newApp(t, func(c *oauthv1alpha1.OAuthClient) { c.Name = "other" })
	browser := shared.Grantor(t).NewApp(t, installation.Application(app.Object.Namespace, "browser"))
	for name, test := range map[string]struct {
		answer installation.Answer
		code   string
	}{
		"a scope that it may not ask for":     {start(t, app, url.Values{"scope": {"admin"}}), "invalid_scope"},
		"an audience that it may not ask for": {start(t, app, url.Values{"audience": {"https://other.example"}}), "invalid_target"},
		"a scope twice":                       {start(t, app, url.Values{"scope": {"openid", "openid"}}), "invalid_request"},
		"a client without the grant":          {start(t, browser, nil), "unauthorized_client"},
		"no client":                           {installation.Post(t, app.Issuer+"/device_authorization", "", "", url.Values{}), "invalid_client"},
		"another client's device code":        {(&device{App: other, code: begin(t, app, nil).code}).poll(t, app.Issuer), "invalid_grant"},
		"no device code":                      {(&device{App: app}).poll(t, app.Issuer), "invalid_request"},
		"a device code that is none":          {(&device{App: app, code: "gdc_x"}).poll(t, app.Issuer), "invalid_grant"},
		"the link's secret as a device code":  {(&device{App: app, code: "gdc_" + linkOf(t, begin(t, app, nil))}).poll(t, app.Issuer), "invalid_grant"},
	} {
		if test.answer.Code() != test.code || test.answer.Status < 400 || test.answer.Status > 401 {
			t.Errorf("%s: %d %s", name, test.answer.Status, test.answer.Body)
		}
	}
	if d := begin(t, newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.DeviceAuthorization = &oauthv1alpha1.DeviceAuthorization{CompleteURI: oauthv1alpha1.CompleteURIOmit}
	}), nil); d.link != "" || d.typed == "" {
		t.Errorf("a client that wants codes typed gets the link %q", d.link)
	}
	for _, query := range []string{"?link=x", "?link=" + strings.Repeat("A", 5000), "?link=x&link=y", "?flow=x", "?flow=" + linkOf(t, begin(t, app, nil))} {
		if view := visitor(t).Get(t, app.Issuer+"/device"+query); view.Status != http.StatusBadRequest {
			t.Errorf("%.40s: %d %s", query, view.Status, view.Body)
		}
	}
}

func linkOf(t testing.TB, d *device) string {
	t.Helper()
	u, err := url.Parse(d.link)
	if err != nil || u.Query().Get("link") == "" {
		t.Fatalf("the link is %q", d.link)
	}
	return u.Query().Get("link")
}
