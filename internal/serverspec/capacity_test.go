package serverspec

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestFullClients(t *testing.T) {
	type sessions = oauthv1alpha1.ServerSessions
	counted := func(grants, marks int64, app oauthv1alpha1.FullClient) *oauthv1alpha1.SessionsStatus {
		app.UID = "app"
		return &oauthv1alpha1.SessionsStatus{
			Grants: grants, Marks: marks, FullClients: []oauthv1alpha1.FullClient{{UID: "other", Grants: 1 << 30, Marks: 1 << 30}, app},
		}
	}
	grants := func(n int64) oauthv1alpha1.FullClient { return oauthv1alpha1.FullClient{Grants: n} }
	marks := func(n int64) oauthv1alpha1.FullClient { return oauthv1alpha1.FullClient{Marks: n} }
	tests := map[string]struct {
		bounds        sessions
		counted       *oauthv1alpha1.SessionsStatus
		grants, marks bool
	}{
		"nothing was counted":                        {sessions{}, nil, false, false},
		"another client is full":                     {sessions{}, &oauthv1alpha1.SessionsStatus{FullClients: []oauthv1alpha1.FullClient{{UID: "other", Grants: 1 << 30}}}, false, false},
		"as many Grants as a client may have":        {sessions{MaxGrantsPerClient: 5}, counted(14, 0, grants(5)), true, false},
		"the bound of the client was raised":         {sessions{MaxGrantsPerClient: 6}, counted(14, 0, grants(5)), false, false},
		"the client has the default":                 {sessions{}, counted(60_000, 0, grants(50_000)), true, false},
		"less than the default":                      {sessions{}, counted(60_000, 0, grants(49_999)), false, false},
		"a twentieth, in the last tenth":             {sessions{}, counted(90_000, 0, grants(5_000)), true, false},
		"less than a twentieth, in the last tenth":   {sessions{}, counted(90_000, 0, grants(4_999)), false, false},
		"a twentieth, before that":                   {sessions{}, counted(89_999, 0, grants(5_000)), false, false},
		"a fifth of all Marks":                       {sessions{}, counted(0, 30_000, marks(20_000)), false, true},
		"less than a fifth of all Marks":             {sessions{}, counted(0, 30_000, marks(19_999)), false, false},
		"a twentieth of the Marks in the last tenth": {sessions{MaxMarks: 1000}, counted(0, 900, marks(50)), false, true},
		"a bound of one Mark":                        {sessions{MaxMarks: 1}, counted(0, 1, marks(1)), false, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := Of(&oauthv1alpha1.OAuthServer{Spec: oauthv1alpha1.OAuthServerSpec{Sessions: test.bounds}}).Bounds
			if grants, marks := b.Full(test.counted, "app"); grants != test.grants || marks != test.marks {
				t.Errorf("full of Grants: %v, of Marks: %v", grants, marks)
			}
		})
	}
}

func TestLoginsAndMarksFollowGrants(t *testing.T) {
	b := boundsOf(oauthv1alpha1.ServerSessions{MaxGrants: 7})
	if b.MaxLogins != 7 || b.MaxMarks != 7 {
		t.Errorf("%+v", b)
	}
	if b = boundsOf(oauthv1alpha1.ServerSessions{MaxGrants: 7, MaxLogins: 8, MaxMarks: 9}); b.MaxLogins != 8 || b.MaxMarks != 9 {
		t.Errorf("%+v", b)
	}
}
