package sweeper

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

// Of each user as many Grants and Logins stay as the OAuthServer says, those that end last.
func TestWhatAUserHasInExcessGoes(t *testing.T) {
	p := newPlace(t)
	p.server.Spec.Sessions.MaxGrantsPerUser, p.server.Spec.Sessions.MaxLoginsPerUser = 3, 2
	if err := p.Update(t.Context(), p.server); err != nil {
		t.Fatal(err)
	}
	var grants, logins []client.Object
	for n := range 5 {
		objects := p.sessions(-time.Duration(n+1) * time.Hour)
		grant, _ := objects["Grant"].(*sessionv1alpha1.Grant)
		grant.Spec.IssuedAt = metav1.NewTime(time.Now().Add(-time.Hour))
		login, _ := objects["Login"].(*sessionv1alpha1.Login)
		if n == 4 {
			login.Spec.State = sessionv1alpha1.LoginEnded
		}
		grants, logins = append(grants, grant), append(logins, login)
		p.create(t, grant)
		p.create(t, login)
	}
	young := p.population().One(false)
	young.Spec.IssuedAt = metav1.NewTime(time.Now())
	p.create(t, young)

	s := newSweeper(t)
	if deleted := sweep(t, s); deleted != 6 {
		t.Errorf("%d objects were deleted, not 6", deleted)
	}
	for n, stays := range []bool{false, false, false, true, true} {
		if p.has(t, grants[n]) != stays {
			t.Errorf("the Grant that ends in %d hours is there: %v", n+1, !stays)
		}
	}
	for n, stays := range []bool{false, false, true, true, false} {
		if p.has(t, logins[n]) != stays {
			t.Errorf("the Login that ends in %d hours is there: %v", n+1, !stays)
		}
	}
	if !p.has(t, young) {
		t.Error("a Grant was deleted whose code could be used again")
	}
	if got := p.published(t); got.Grants != 3 || got.Logins != 2 {
		t.Errorf("the status says %+v", got)
	}
	if deleted := sweep(t, s); deleted != 0 {
		t.Errorf("the next sweep deletes %d more", deleted)
	}
}

// A Mark goes minutes after what it marks has expired, and is counted for its client.
func TestMarksGoAfterMinutes(t *testing.T) {
	p := newPlace(t)
	p.server.Spec.Sessions.MaxMarks = 10
	if err := p.Update(t.Context(), p.server); err != nil {
		t.Fatal(err)
	}
	mark := func(ended time.Duration) client.Object {
		end := time.Now().Add(-ended)
		return &sessionv1alpha1.Mark{
			ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: fmt.Sprint("used-", ended), Labels: map[string]string{
				sessionv1alpha1.LabelExpires: end.UTC().Format(sessionv1alpha1.ExpiresMinuteLayout),
			}},
			Spec: sessionv1alpha1.MarkSpec{Kind: sessionv1alpha1.MarkUsedAssertion, ExpiresAt: metav1.NewTime(end), ClientUID: string(p.app.UID)},
		}
	}
	gone, present, live := mark(7*time.Minute), mark(4*time.Minute), mark(-time.Minute)
	for _, object := range []client.Object{gone, present, live} {
		p.create(t, object)
	}
	s := newSweeper(t)
	if deleted := sweep(t, s); deleted != 1 || p.has(t, gone) || !p.has(t, present) || !p.has(t, live) {
		t.Errorf("%d Marks were deleted", deleted)
	}
	full := p.published(t).FullClients
	if len(full) != 1 || full[0].UID != string(p.app.UID) || full[0].Marks != 2 {
		t.Errorf("the status names %+v", full)
	}
	p.remove(t, p.app)
	if deleted := sweep(t, s); deleted != 2 {
		t.Errorf("of a client that is gone %d Marks were deleted", deleted)
	}
}

// BenchmarkSweep says how many objects a second are deleted.
func BenchmarkSweep(b *testing.B) {
	p := newPlace(b)
	s := newSweeper(b)
	const objects = 5000
	for b.Loop() {
		b.StopTimer()
		many := p.population()
		many.Expired = objects
		if err := many.Create(b.Context(), p, 8); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if deleted := sweep(b, s); deleted != objects {
			b.Fatalf("%d objects were deleted", deleted)
		}
	}
	b.ReportMetric(objects*float64(b.N)/b.Elapsed().Seconds(), "objects/s")
}
