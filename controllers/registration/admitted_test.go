package registration

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/registered"
)

func pepper(t testing.TB, id string) credentials.Pepper {
	t.Helper()
	p, err := credentials.NewPepper(id, append(make([]byte, 32), id...))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A Registration moves to the pepper in use, unless the server did not write it.
func TestWhatIsSealedAnew(t *testing.T) {
	former, current, gone := pepper(t, "former"), pepper(t, "current"), pepper(t, "gone")
	all := credentials.Peppers{current, former}
	r := &sessionv1alpha1.Registration{Spec: sessionv1alpha1.RegistrationSpec{Server: "default", Payload: "{}"}}
	parts := registered.Parts(r)
	for name, test := range map[string]struct {
		seal string
		want bool
	}{
		"of the former pepper": {parts.Seal(former), true}, "of the present one": {parts.Seal(current), false},
		"of one that is gone": {parts.Seal(gone), false}, "made up": {"v1.former.AAAA", false}, "none": {"", false},
	} {
		r.Spec.Seal = test.seal
		seal, ok := resealed(r, all)
		if ok != test.want || ok && seal != parts.Seal(current) {
			t.Errorf("%s: %q, %t", name, seal, ok)
		}
	}
}

func TestARegistrationIsPendingForAnHour(t *testing.T) {
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	r := &sessionv1alpha1.Registration{ObjectMeta: metav1.ObjectMeta{UID: "u", CreationTimestamp: metav1.NewTime(now.Add(-keepPending + time.Minute))}}
	r.Spec.State = sessionv1alpha1.RegistrationRegistered
	p := &pass{registration: r}
	if !p.isPending() || p.until(0, now) != time.Minute || p.until(time.Second, now) != time.Second || p.until(time.Hour, now) != time.Minute {
		t.Error("it is not pending, or not looked at in time")
	}
	p.client = &oauthv1alpha1.OAuthClient{}
	if !p.isPending() {
		t.Error("it is not pending where its name is taken")
	}
	p.client.Labels = map[string]string{oauthv1alpha1.LabelRegistered: "u"}
	if p.isPending() {
		t.Error("it is pending while it has an OAuthClient that was not noted yet")
	}
	p.client, r.Spec.ClientUID = nil, "c"
	if p.isPending() {
		t.Error("it is pending after its OAuthClient was noted")
	}
}
