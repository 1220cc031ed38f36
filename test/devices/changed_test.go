package devices

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// What a user allowed can be taken back until the device asks, in each way that there is.
func TestTakenBack(t *testing.T) {
	t.Parallel()
	g := shared.Grantor(t)
	v, username := newUser(t)
	for name, takeBack := range map[string]func(t *testing.T, d *device){
		"with the link": func(t *testing.T, d *device) { v.Decide(t, v.Get(t, d.link), "deny") },
		"on the account page": func(t *testing.T, d *device) {
			// The page lists what has a Grant, which another device of the client has.
			other := begin(t, d.App, nil)
			v.Decide(t, v.Get(t, other.link), "allow")
			other.awaited(t)
			view := v.Get(t, g.Issuer+"/account")
			for _, form := range view.Forms {
				if form.Values.Get("action") == "withdraw" && form.Values.Get("id") == string(d.Object.UID) {
					if view = v.Submit(t, view, form, nil); view.Status != http.StatusOK {
						t.Fatalf("withdrawing answers %d %s", view.Status, view.Body)
					}
					return
				}
			}
			t.Fatalf("the account page does not list the application: %s", view.Body)
		},
		"by an administrator": func(t *testing.T, d *device) {
			list := &sessionv1alpha1.ApprovalList{}
			if err := g.Admin.List(t.Context(), list, client.InNamespace(devenv.SystemNamespace)); err != nil {
				t.Fatal(err)
			}
			for i := range list.Items {
				if a := &list.Items[i]; a.Spec.ClientUID == string(d.Object.UID) {
					patch := client.RawPatch(types.MergePatchType, []byte(`{"spec":{"state":"Denied"}}`))
					if err := g.Admin.Patch(t.Context(), a, patch); err != nil {
						t.Fatal(err)
					}
				}
			}
		},
		"by ending the user's sessions": func(t *testing.T, _ *device) {
			user := &oauthv1alpha1.OAuthUser{}
			if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: devenv.SystemNamespace, Name: username}, user); err != nil {
				t.Fatal(err)
			}
			patch := client.MergeFrom(user.DeepCopy())
			// The field has whole seconds.
			user.Spec.SessionsNotBefore = &metav1.Time{Time: time.Now().Add(time.Second)}
			if err := g.Admin.Patch(t.Context(), user, patch); err != nil {
				t.Fatal(err)
			}
			installation.Eventually(t, convergence, func() bool {
				_, signedOut := v.Get(t, g.Issuer+"/account").LoginForm()
				return signedOut
			}, func() string { return "end of the sessions" })
			v, _ = newUser(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := begin(t, newApp(t), nil)
			if view := v.Decide(t, v.Get(t, d.link), "allow"); view.Status != http.StatusOK {
				t.Fatalf("allowing answers %d %s", view.Status, view.Body)
			}
			takeBack(t, d)
			if answer := d.awaited(t); answer.Status == http.StatusOK {
				t.Errorf("the device gets %s", answer.Body)
			}
		})
	}
}

// A client that may refresh since its user was asked gets nothing: the page did not say so.
func TestClientGainsRefreshTokens(t *testing.T) {
	t.Parallel()
	g := shared.Grantor(t)
	v, _ := newUser(t)
	app := newApp(t, func(c *oauthv1alpha1.OAuthClient) { c.Spec.GrantTypes = c.Spec.GrantTypes[:1] })
	kept, d := begin(t, app, nil), begin(t, app, nil)
	v.Decide(t, v.Get(t, kept.link), "allow")
	if answer := kept.awaited(t); answer.Status != http.StatusOK || answer.JSON["refresh_token"] != nil {
		t.Errorf("without the grant: %d %s", answer.Status, answer.Body)
	}
	v.Decide(t, v.Get(t, d.link), "allow")
	patch := client.MergeFrom(app.Object.DeepCopy())
	app.Object.Spec.GrantTypes = append(app.Object.Spec.GrantTypes, oauthv1alpha1.GrantRefreshToken)
	if err := g.Admin.Patch(t.Context(), app.Object, patch); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, convergence, func() bool {
		return app.Ask(t, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"grt_x"}}, nil).Code() == "invalid_grant"
	}, func() string { return "client that may refresh" })
	if answer := d.awaited(t); answer.Code() != "invalid_grant" {
		t.Errorf("the device gets %d %s", answer.Status, answer.Body)
	}
}

// A link to the page for codes does not fill one in: it must be typed.
func TestCodeIsNotFilledIn(t *testing.T) {
	t.Parallel()
	v, _ := newUser(t)
	view := v.Get(t, shared.Grantor(t).Issuer+"/device?user_code=WDJB-MJHT")
	if form := codeForm(t, view); form.Values.Get("user_code") != "" {
		t.Errorf("the form has %v", form.Values)
	}
}
