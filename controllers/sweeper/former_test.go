package sweeper

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/sweeper/owners"
)

// Whose a session object is follows from its subject, and from a Person's own word.
func TestProviderOfARecord(t *testing.T) {
	for subject, want := range map[string]string{"corp:1": "corp", "corp:1:2": "corp", "local:ada": "", "": "", "ada": ""} {
		items := []sessionv1alpha1.Enrollment{{Spec: sessionv1alpha1.EnrollmentSpec{Subject: subject}}}
		got := records("Enrollment", items, func(e *sessionv1alpha1.Enrollment, r *record) client.Object {
			r.subject = e.Spec.Subject
			return e
		})
		if got[0].provider != want {
			t.Errorf("%s is of %q", subject, got[0].provider)
		}
	}
}

// What users of a provider have goes a month after the provider, and not before.
func TestForgets(t *testing.T) {
	with := func(since time.Time, names ...string) *owners.Owners {
		servers, providers := servers(), make([]oauthv1alpha1.OAuthIdentityProvider, len(names))
		for i, name := range names {
			providers[i].Namespace, providers[i].Name = "system", name
		}
		if !since.IsZero() {
			servers[0].Status.Sessions = &oauthv1alpha1.SessionsStatus{FormerProviders: []oauthv1alpha1.FormerProvider{{Name: "corp", Since: metav1.NewTime(since)}}}
		}
		all := owners.Of(servers, []oauthv1alpha1.OAuthClient{{ObjectMeta: in("apps", "app", "app")}}, users(), providers)
		(&owners.Absent{}).See(all, noon.Add(-time.Hour))
		return all
	}
	long := noon.Add(-owners.FormerKept - time.Second)
	enrollment := record{kind: "Enrollment", namespace: "system", subject: "corp:1", provider: "corp", expires: "2026-06-02T13", expiresAt: noon.AddDate(0, 5, 0)}
	for name, test := range map[string]struct {
		there  *owners.Owners
		change func(*record)
		fate   fate
	}{
		"the provider is there":                {with(long, "corp"), nil, keep},
		"it is gone, as was found just now":    {with(time.Time{}, "other"), nil, keep},
		"it is gone for a month":               {with(noon.Add(-owners.FormerKept), "other"), nil, keep},
		"it is gone for longer":                {with(long, "other"), nil, suspect},
		"a Person":                             {with(long), func(r *record) { r.kind = "Person" }, suspect},
		"a Login":                              {with(long), func(r *record) { r.kind = "Login" }, suspect},
		"of an OAuthUser":                      {with(long), func(r *record) { r.subject, r.provider = "local:ada", "" }, keep},
		"of another namespace":                 {with(long), func(r *record) { r.namespace = "other" }, keep},
		"of another provider":                  {with(long), func(r *record) { r.subject, r.provider = "other:1", "other" }, keep},
		"where there is no server":             {with(long), func(r *record) { r.namespace = "none" }, keep},
		"a Person of an account of somebody":   {with(long), func(r *record) { r.kind, r.subject = "Person", "local:ada" }, suspect},
		"a Grant whose code could still count": {with(long), func(r *record) { r.kind, r.issuedAt = "Grant", noon }, keep},
	} {
		object := enrollment
		if test.change != nil {
			test.change(&object)
		}
		if got := decide(object, test.there, noon); got != test.fate {
			t.Errorf("%s: %v", name, got)
		}
	}
}
