package sweeper

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// TestUsersOfADeletedProvider: what they have stays for a month, in which the provider can come
// back, and then goes.
func TestUsersOfADeletedProvider(t *testing.T) {
	p := newPlace(t)
	provider := &oauthv1alpha1.OAuthIdentityProvider{ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: "corp"}}
	provider.Spec.ServerName = p.server.Name
	provider.Spec.OIDC = &oauthv1alpha1.OIDCProvider{Issuer: "https://login.example.com", ClientID: "grantor"}
	expires := metav1.NewTime(time.Now().AddDate(1, 0, 0))
	meta := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: p.namespace, Name: name, Labels: map[string]string{sessionv1alpha1.LabelExpires: expires.UTC().Format(sessionv1alpha1.ExpiresLayout)}}
	}
	enrollment := &sessionv1alpha1.Enrollment{ObjectMeta: meta("corp"), Spec: sessionv1alpha1.EnrollmentSpec{
		Subject: "corp:1234", State: sessionv1alpha1.EnrollmentActive, ExpiresAt: &expires, Payload: "x",
	}}
	person := &sessionv1alpha1.Person{ObjectMeta: meta("corp"), Spec: sessionv1alpha1.PersonSpec{
		Subject: "corp:1234", Provider: "corp", State: sessionv1alpha1.PersonActive, CheckedAt: metav1.Now(), ExpiresAt: expires, Payload: "x",
	}}
	for _, object := range []client.Object{provider, enrollment, person} {
		p.create(t, object)
	}
	s, now := newSweeper(t), time.Now()
	s.Now = func() time.Time { return now }
	after := func(d time.Duration, stays, known bool) {
		t.Helper()
		now = now.Add(d)
		sweep(t, s)
		if p.has(t, enrollment) != stays || p.has(t, person) != stays {
			t.Errorf("%s later: the Enrollment is there: %v, the Person: %v", d, p.has(t, enrollment), p.has(t, person))
		}
		server := &oauthv1alpha1.OAuthServer{}
		if err := s.Live.Get(t.Context(), client.ObjectKeyFromObject(p.server), server); err != nil {
			t.Fatal(err)
		}
		if counted := server.Status.Sessions; (counted != nil && len(counted.FormerProviders) == 1) != known || known && counted.Enrollments != 1 {
			t.Errorf("%s later: the status is %+v", d, counted)
		}
	}
	const day = 24 * time.Hour
	after(40*day, true, false)
	p.remove(t, provider)
	after(40*day, true, true)
	after(29*day, true, true)
	p.again(t, provider)
	after(2*day, true, false)
	p.remove(t, provider)
	after(0, true, true)
	after(31*day, true, true)
	// A status alone deletes nothing: it can be from before a restore.
	s, now = newSweeper(t), now.Add(2*time.Hour)
	s.Now = func() time.Time { return now }
	after(0, true, true)
	after(time.Hour, false, false)
}

// TestEnrollmentsStayWithTheirUsers is about what never expires and cannot be made again.
func TestEnrollmentsStayWithTheirUsers(t *testing.T) {
	p := newPlace(t)
	enrollment := func(name, subject, uid string) *sessionv1alpha1.Enrollment {
		return &sessionv1alpha1.Enrollment{ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: name}, Spec: sessionv1alpha1.EnrollmentSpec{
			Subject: subject, UserUID: uid, State: sessionv1alpha1.EnrollmentActive, Payload: "x",
		}}
	}
	own := enrollment("own", p.user.Subject(), string(p.user.UID))
	former := enrollment("former", p.user.Subject(), "0a1b2c3d-0000-4000-8000-000000000003")
	provider := enrollment("provider", "corp:1234", "")
	for _, object := range []*sessionv1alpha1.Enrollment{own, former, provider} {
		p.create(t, object)
	}
	s := newSweeper(t)
	s.Now = func() time.Time { return time.Now().AddDate(10, 0, 0) }
	sweep(t, s)
	if !p.has(t, own) || !p.has(t, provider) {
		t.Error("an Enrollment of a user who exists was deleted")
	}
	if p.has(t, former) {
		t.Error("the Enrollment of an OAuthUser that is gone is still there")
	}
	p.remove(t, p.user)
	sweep(t, s)
	if p.has(t, own) {
		t.Error("the user is gone, and the Enrollment still there")
	}
	if !p.has(t, provider) {
		t.Error("the Enrollment of a user of a provider was deleted")
	}
}
