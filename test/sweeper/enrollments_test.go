package sweeper

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

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
