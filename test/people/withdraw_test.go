package people

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestWithdrawingFindsEveryGrant: a person has more Grants than fit into one page of a
// list, and the one that counts is behind them.
func TestWithdrawingFindsEveryGrant(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	refresh, _ := app.Tokens(t, v, "bob", nil)["refresh_token"].(string)
	crowd(t, app)

	view := v.Get(t, app.Issuer+"/account")
	for _, form := range view.Forms {
		if form.Values.Get("action") == "withdraw" && form.Values.Get("id") == string(app.Object.UID) {
			view = v.Submit(t, view, form, nil)
			if view.Status != http.StatusOK {
				t.Fatalf("/account answers %d %s", view.Status, view.Body)
			}
			if again := app.Refresh(t, refresh, url.Values{}); again.Code() != "invalid_grant" {
				t.Errorf("after withdrawing a refresh is answered %d %s", again.Status, again.Body)
			}
			return
		}
	}
	t.Fatalf("/account has no form to withdraw with: %d %s", view.Status, view.Body)
}

// An access token may live longer than refreshing goes on. The user sees and ends it all
// the same.
func TestWithdrawingEndsAccessTokensThatOutliveRefreshing(t *testing.T) {
	t.Parallel()
	app, v, person := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.RefreshToken.IdleLifetime = &metav1.Duration{Duration: time.Second}
		c.Spec.Tokens.AccessToken.Lifetime = &metav1.Duration{Duration: time.Hour}
	}), visitor(t), newPerson(t)
	tokens := app.Tokens(t, v, person.Spec.Username, nil)
	active := func(kind string) bool {
		token, _ := tokens[kind].(string)
		return introspected(t, app, token).JSON["active"] == true
	}
	installation.Eventually(t, time.Minute, func() bool { return !active("refresh_token") }, func() string { return "end of refreshing" })
	if !active("access_token") {
		t.Fatal("the access token does not outlive it")
	}
	view := v.Get(t, app.Issuer+"/account")
	for _, form := range view.Forms {
		if form.Values.Get("action") == "withdraw" && form.Values.Get("id") == string(app.Object.UID) {
			v.Submit(t, view, form, nil)
			if active("access_token") {
				t.Error("after withdrawing, the access token is active")
			}
			return
		}
	}
	t.Fatalf("/account has no form to withdraw with: %d %s", view.Status, view.Body)
}

// crowd puts more Grants than a page holds before that of an application: copies,
// which count for nothing under another name.
func crowd(t *testing.T, app installation.App) {
	t.Helper()
	var grants sessionv1alpha1.GrantList
	if err := grantor(t).Admin.List(t.Context(), &grants); err != nil {
		t.Fatal(err)
	}
	var own *sessionv1alpha1.Grant
	for i := range grants.Items {
		if grants.Items[i].Spec.ClientUID == string(app.Object.UID) {
			own = &grants.Items[i]
		}
	}
	var workers sync.WaitGroup
	for worker := range 8 {
		workers.Go(func() {
			for n := range 64 {
				another := own.DeepCopy()
				another.ObjectMeta = metav1.ObjectMeta{
					Namespace: own.Namespace, Name: fmt.Sprintf("%016x%016x", worker, n), Labels: own.Labels,
				}
				if err := grantor(t).Admin.Create(t.Context(), another); client.IgnoreAlreadyExists(err) != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
}
