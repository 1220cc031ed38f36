package serverspec

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestWhoRegistersWhere(t *testing.T) {
	server := &oauthv1alpha1.OAuthServer{}
	server.Spec.Registration = &oauthv1alpha1.ServerRegistration{Namespaces: []oauthv1alpha1.RegistrationNamespaces{
		{Name: "apps", Tokens: &oauthv1alpha1.RegistrationTokens{Clients: []string{"ci.registrar", "ci.other"}}},
		{Name: "later", Tokens: &oauthv1alpha1.RegistrationTokens{Clients: []string{"ci.registrar"}}},
		{Name: "own", ServiceAccounts: oauthv1alpha1.RegistrationServiceAccountsOwn},
		{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "a"}}, ServiceAccounts: oauthv1alpha1.RegistrationServiceAccountsOwn},
		{Selector: &metav1.LabelSelector{}, ServiceAccounts: oauthv1alpha1.RegistrationServiceAccountsOwn},
		{Selector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "x", Operator: "Odd"}}}, ServiceAccounts: oauthv1alpha1.RegistrationServiceAccountsOwn},
		{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "b"}}, ServiceAccounts: oauthv1alpha1.RegistrationServiceAccountsDeny},
	}}
	r := Of(server).Registration
	for id, want := range map[string]string{"ci.registrar": "apps", "ci.other": "apps", "ci": "", "": "", "apps.registrar": ""} {
		if got, ok := r.ForToken(id); got != want || ok != (want != "") {
			t.Errorf("tokens of %q register in %q", id, got)
		}
	}
	for _, test := range []struct {
		namespace string
		labels    map[string]string
		want      bool
	}{
		{"own", nil, true}, {"apps", nil, false}, {"x", nil, false}, {"", nil, false},
		{"x", map[string]string{"team": "a"}, true}, {"x", map[string]string{"team": "b"}, false}, {"x", map[string]string{"x": "Odd"}, false},
	} {
		if got := r.ForServiceAccounts(test.namespace, test.labels); got != test.want {
			t.Errorf("ServiceAccounts of %q %v register: %t", test.namespace, test.labels, got)
		}
	}
	for _, test := range []struct {
		by, namespace   string
		anyone, allowed bool
	}{
		{"ci.registrar", "apps", true, true}, {"ci.registrar", "later", true, false}, {"ci.gone", "apps", true, false}, {"ci.registrar", "x", false, false},
		{"system:serviceaccount:own:a", "own", true, true}, {"system:serviceaccount:x:a", "own", true, false}, {"system:serviceaccount:apps:a", "apps", true, false}, {"", "", false, false},
	} {
		if r.Admits(test.namespace, nil) != test.anyone || r.AdmitsBy(test.by, test.namespace, nil) != test.allowed {
			t.Errorf("namespace %q admits %q: %t", test.namespace, test.by, !test.allowed)
		}
	}
	if r.PerNamespace != 50 {
		t.Errorf("%d for each namespace", r.PerNamespace)
	}
	if none := Of(&oauthv1alpha1.OAuthServer{}).Registration; none.WithToken || len(none.Namespaces) > 0 {
		t.Errorf("without a setting: %+v", none)
	}
}
