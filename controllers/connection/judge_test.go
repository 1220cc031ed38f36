package connection

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/handover"
)

var received = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// good are the facts of a code that is redeemed.
func good() facts {
	token := &oauthv1alpha1.OAuthToken{ObjectMeta: metav1.ObjectMeta{Namespace: "reports", Name: "crm", UID: "t1", Generation: 2}}
	token.Spec.Grant = oauthv1alpha1.TokenGrantAuthorizationCode
	token.Spec.AuthorizedBy = &oauthv1alpha1.TokenAuthorizers{Users: []string{"ada"}, Groups: []string{"crm"}}
	token.Status.Server = &oauthv1alpha1.TokenServerStatus{Namespace: "grantor-system", Name: "default"}
	user := &oauthv1alpha1.OAuthUser{ObjectMeta: metav1.ObjectMeta{Namespace: "grantor-system", Name: "ada", UID: "u1"}}
	user.Spec.Username, user.Spec.Subject = "ada", "ada"
	return facts{
		connection: &sessionv1alpha1.Connection{
			ObjectMeta: metav1.ObjectMeta{Namespace: "grantor-system", Name: "c", CreationTimestamp: metav1.NewTime(received)},
			Spec:       sessionv1alpha1.ConnectionSpec{Server: "default", Namespace: "reports", Token: "crm", TokenUID: "t1", Generation: 2, Subject: "local:ada"},
		},
		code: &handover.Code{Code: "c", UserUID: "u1", Username: "ada", SignedInAt: received.Add(-time.Hour), ReceivedAt: received}, token: token, user: user, now: received.Add(handover.MaxAge),
	}
}

func TestWhichCodesAreRedeemed(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*facts)
		why    string
	}{
		"all as it was":    {func(*facts) {}, ""},
		"by a group":       {func(f *facts) { f.token.Spec.AuthorizedBy.Users, f.user.Spec.Groups = nil, []string{"x", "crm"} }, ""},
		"no OAuthToken":    {func(f *facts) { f.token = nil }, whyGone},
		"one that leaves":  {func(f *facts) { f.token.DeletionTimestamp = &metav1.Time{Time: received} }, whyGone},
		"another one":      {func(f *facts) { f.token.UID = "t2" }, whyGone},
		"another spec":     {func(f *facts) { f.token.Generation = 3 }, whyChanged},
		"another grant":    {func(f *facts) { f.token.Spec.Grant = oauthv1alpha1.TokenGrantClientCredentials }, whyChanged},
		"another server":   {func(f *facts) { f.token.Status.Server.Name = "other" }, whyElsewhere},
		"one elsewhere":    {func(f *facts) { f.token.Status.Server.Namespace = "other" }, whyElsewhere},
		"no seal":          {func(f *facts) { f.code = nil }, whyVoid},
		"far ahead":        {func(f *facts) { f.now = received.Add(-maxAhead - 1) }, whyAhead},
		"a bit ahead":      {func(f *facts) { f.now = received.Add(-maxAhead) }, ""},
		"no server, late":  {func(f *facts) { f.token.Status.Server, f.now = nil, f.now.Add(time.Second) }, whyOld},
		"a rival":          {func(f *facts) { f.rivals = []*oauthv1alpha1.OAuthUser{older(f.user)} }, whyPerson},
		"late":             {func(f *facts) { f.now = f.now.Add(time.Second) }, whyOld},
		"nobody":           {func(f *facts) { f.token.Spec.AuthorizedBy = nil }, whyPerson},
		"no person":        {func(f *facts) { f.user = nil }, whyPerson},
		"a disabled one":   {func(f *facts) { f.user.Spec.Disabled = true }, whyPerson},
		"one who leaves":   {func(f *facts) { f.user.DeletionTimestamp = &metav1.Time{Time: received} }, whyPerson},
		"another subject":  {func(f *facts) { f.connection.Spec.Subject = "local:bob" }, whyPerson},
		"another username": {func(f *facts) { f.user.Spec.Username = "bob" }, whyPerson},
		"a later sign-out": {func(f *facts) { f.user.Spec.SessionsNotBefore = &metav1.Time{Time: received.Add(time.Second)} }, whyPerson},
		"one before that":  {func(f *facts) { f.user.Spec.SessionsNotBefore = &metav1.Time{Time: received.Add(-time.Minute)} }, whyPerson},
		"an earlier one":   {func(f *facts) { f.user.Spec.SessionsNotBefore = &metav1.Time{Time: received.Add(-time.Hour)} }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := good()
			test.change(&f)
			if v := judge(f); v != (verdict{why: test.why}) {
				t.Errorf("%+v, wanted %q", v, test.why)
			}
		})
	}
}

// older returns another user with the same username, which keeps it.
func older(u *oauthv1alpha1.OAuthUser) *oauthv1alpha1.OAuthUser {
	rival := u.DeepCopy()
	rival.Name, rival.UID = "former", "u0"
	u.CreationTimestamp = metav1.NewTime(received.Add(-time.Minute))
	rival.CreationTimestamp = metav1.NewTime(received.Add(-time.Hour))
	return rival
}

// What can be otherwise in a moment spends no code.
func TestWhichCodesWait(t *testing.T) {
	for name, change := range map[string]func(*facts){
		"no server for now": func(f *facts) { f.token.Status.Server = nil },
		"no keys for now":   func(f *facts) { f.code, f.now = nil, received.Add(keysSettle-1) },
	} {
		f := good()
		change(&f)
		if v := judge(f); v != (verdict{wait: true}) {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// The API server says which of two came later, and a replica only within a second.
func TestNewer(t *testing.T) {
	early, late := good(), good()
	early.code.ReceivedAt = received.Add(30 * time.Second)
	late.connection.CreationTimestamp = metav1.NewTime(received.Add(time.Second))
	if !late.newerThan(early) || early.newerThan(late) {
		t.Error("the clock of a replica counts")
	}
	late = good()
	if !early.newerThan(late) || late.newerThan(early) {
		t.Error("within a second the clock of a replica does not count")
	}
}

func TestAgain(t *testing.T) {
	for age, wanted := range map[time.Duration]time.Duration{-time.Hour: recheck, time.Second: recheck, 20 * time.Second: 20 * time.Second, time.Hour: slowest} {
		if got := again(age); got != wanted {
			t.Errorf("at %s: %s", age, got)
		}
	}
}
