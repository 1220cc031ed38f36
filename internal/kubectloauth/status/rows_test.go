package status

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func object(generation, observed int64, state metav1.ConditionStatus) *oauthv1alpha1.OAuthClient {
	c := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web", Generation: generation}}
	c.Status = oauthv1alpha1.OAuthClientStatus{
		ClientID: "shop.web", SecretName: "web-oauth", ServerRef: &oauthv1alpha1.ServerReference{Namespace: "auth", Name: "default"},
		Conditions: []metav1.Condition{{Type: "Ready", Status: state, Reason: "ScopeNotAllowed", Message: "Scope \"x\".\nRemove\x1b[31m it.", ObservedGeneration: observed}},
	}
	return c
}

func TestShowOne(t *testing.T) {
	for name, test := range map[string]struct {
		client *oauthv1alpha1.OAuthClient
		ready  bool
		says   []string
	}{
		"ready":          {object(2, 2, metav1.ConditionTrue), true, []string{"auth/default", "shop.web", "web-oauth", "True"}},
		"not ready":      {object(2, 2, metav1.ConditionFalse), false, []string{"False", "ScopeNotAllowed", "Remove\\x1b[31m it."}},
		"of an old spec": {object(3, 2, metav1.ConditionTrue), false, []string{"Unknown", "NotSeen"}},
		"never seen":     {&oauthv1alpha1.OAuthClient{}, false, []string{"Unknown", "NotSeen"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			err := showOne(&out, test.client)
			if (err == nil) != test.ready {
				t.Errorf("it ends with %v", err)
			}
			for _, text := range test.says {
				if !strings.Contains(out.String(), text) {
					t.Errorf("no %q in:\n%s", text, out.String())
				}
			}
			if strings.Contains(out.String(), "\x1b") {
				t.Errorf("a control character in:\n%q", out.String())
			}
		})
	}
}

func TestLines(t *testing.T) {
	rows := lines([]oauthv1alpha1.OAuthClient{*object(1, 1, metav1.ConditionTrue)}, true)
	if got := strings.Join(rows[1][:6], " "); got != "shop/web True ScopeNotAllowed auth/default shop.web web-oauth" {
		t.Errorf("the row is %q", got)
	}
}
