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
			ObjectMeta: metav1.ObjectMeta{Namespace: "grantor-system", Name: "c"},
			Spec:       sessionv1alpha1.ConnectionSpec{Server: "default", Namespace: "reports", Token: "crm", TokenUID: "t1", Generation: 2, Subject: "local:ada"},
		},
		code: &handover.Code{Code: "c", UserUID: "u1", Username: "ada", ReceivedAt: received}, token: token, user: user, now: received.Add(handover.MaxAge),
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
		"no server":        {func(f *facts) { f.token.Status.Server = nil }, whyElsewhere},
		"another server":   {func(f *facts) { f.token.Status.Server.Name = "other" }, whyElsewhere},
		"one elsewhere":    {func(f *facts) { f.token.Status.Server.Namespace = "other" }, whyElsewhere},
		"no seal":          {func(f *facts) { f.code = nil }, whyVoid},
		"late":             {func(f *facts) { f.now = f.now.Add(time.Second) }, whyOld},
		"nobody":           {func(f *facts) { f.token.Spec.AuthorizedBy = nil }, whyPerson},
		"no person":        {func(f *facts) { f.user = nil }, whyPerson},
		"a disabled one":   {func(f *facts) { f.user.Spec.Disabled = true }, whyPerson},
		"one who leaves":   {func(f *facts) { f.user.DeletionTimestamp = &metav1.Time{Time: received} }, whyPerson},
		"another subject":  {func(f *facts) { f.connection.Spec.Subject = "local:bob" }, whyPerson},
		"another username": {func(f *facts) { f.user.Spec.Username = "bob" }, whyPerson},
		"a later sign-out": {func(f *facts) { f.user.Spec.SessionsNotBefore = &metav1.Time{Time: received.Add(time.Second)} }, whyPerson},
		"an earlier one":   {func(f *facts) { f.user.Spec.SessionsNotBefore = &metav1.Time{Time: received} }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := good()
			test.change(&f)
			if why := refusal(f); why != test.why {
				t.Errorf("%q, wanted %q", why, test.why)
			}
		})
	}
}
