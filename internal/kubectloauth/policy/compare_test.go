package policy

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func named(ns, name string, scope oauthv1alpha1.Scope) *oauthv1alpha1.OAuthClientPolicy {
	return &oauthv1alpha1.OAuthClientPolicy{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name},
		Spec:       oauthv1alpha1.OAuthClientPolicySpec{Scopes: []oauthv1alpha1.Scope{scope}},
	}
}

func TestReplaced(t *testing.T) {
	there := []*oauthv1alpha1.OAuthClientPolicy{named("auth", "a", "old"), named("other", "a", "other")}
	got := replaced(there, []*oauthv1alpha1.OAuthClientPolicy{named("auth", "a", "new"), named("auth", "b", "beside")})
	var scopes string
	for _, policy := range got {
		scopes += string(policy.Spec.Scopes[0]) + " "
	}
	if scopes != "other new beside " || len(there) != 2 {
		t.Errorf("the policies are %s", scopes)
	}
}

func TestPoliciesOfOneName(t *testing.T) {
	list := []*oauthv1alpha1.OAuthClientPolicy{named("auth", "a", "x"), named("other", "a", "x"), named("auth", "b", "x")}
	if err := distinct(list); err != nil {
		t.Error(err)
	}
	if err := distinct(append(list, named("auth", "a", "y"))); err == nil {
		t.Error("a policy is in the file twice")
	}
}

// Without a server, nobody reads a policy.
func TestPoliciesWithoutServers(t *testing.T) {
	if err := used([]*oauthv1alpha1.OAuthClientPolicy{named("auth", "a", "x")}, nil); err == nil {
		t.Error("a policy of no server is tested")
	}
}

func TestPoliciesThatNobodyReads(t *testing.T) {
	servers := []*oauthv1alpha1.OAuthServer{{ObjectMeta: metav1.ObjectMeta{Namespace: "auth", Name: "default"}}}
	other := named("auth", "a", "x")
	other.Spec.ServerName = "second"
	for name, test := range map[string]struct {
		policy *oauthv1alpha1.OAuthClientPolicy
		good   bool
	}{
		"beside the server":     {named("auth", "a", "x"), true},
		"in another namespace":  {named("shop", "a", "x"), false},
		"of a server not there": {other, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := used([]*oauthv1alpha1.OAuthClientPolicy{test.policy}, servers); (err == nil) != test.good {
				t.Error(err)
			}
		})
	}
}
