package sweeper

import (
	"reflect"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
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
	with := func(since time.Time, names ...string) *existing {
		e := there()
		e.providers, e.former = map[inNamespace]bool{}, map[inNamespace]time.Time{}
		for _, name := range names {
			e.providers[inNamespace{"system", name}] = true
		}
		if !since.IsZero() {
			e.former[inNamespace{"system", "corp"}] = since
		}
		return e
	}
	long := noon.Add(-formerKept - time.Second)
	enrollment := record{kind: "Enrollment", namespace: "system", subject: "corp:1", provider: "corp", expires: "2026-06-02T13", expiresAt: noon.AddDate(0, 5, 0)}
	for name, test := range map[string]struct {
		there  *existing
		change func(*record)
		fate   fate
	}{
		"the provider is there":                {with(long, "corp"), nil, keep},
		"it is gone, as was found just now":    {with(time.Time{}, "other"), nil, keep},
		"it is gone for a month":               {with(noon.Add(-formerKept), "other"), nil, keep},
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

// The time since when a provider has not existed is kept, and forgotten with what is left of it.
func TestFormer(t *testing.T) {
	at := func(name string, when time.Time) oauthv1alpha1.FormerProvider {
		return oauthv1alpha1.FormerProvider{Name: name, Since: metav1.NewTime(when)}
	}
	server := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: "system"}}
	server.Status.Sessions = &oauthv1alpha1.SessionsStatus{FormerProviders: []oauthv1alpha1.FormerProvider{at("z", noon.Add(-time.Hour)), at("back", noon)}}
	missing := map[inNamespace]bool{{"system", "z"}: true, {"system", "b"}: true, {"system", "a"}: true, {"other", "c"}: true}
	want := []oauthv1alpha1.FormerProvider{at("z", noon.Add(-time.Hour)), at("a", noon), at("b", noon)}
	if got := former(server, missing, noon); !reflect.DeepEqual(got, want) {
		t.Errorf("former are %v", got)
	}
	for n := range 2 * maxFormer {
		missing[inNamespace{"system", string(rune('A' + n))}] = true
	}
	if got := former(server, missing, noon); len(got) != maxFormer || got[0].Name != "z" {
		t.Errorf("%d are remembered, the first is %s", len(got), got[0].Name)
	}
	e := &existing{former: map[inNamespace]time.Time{{"system", "z"}: noon.Add(-2 * time.Hour)}}
	if e.remember(server); !e.former[inNamespace{"system", "z"}].Equal(noon.Add(-time.Hour)) || len(e.former) != 2 {
		t.Errorf("read as %v", e.former)
	}
}
