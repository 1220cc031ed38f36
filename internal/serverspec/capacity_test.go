package serverspec

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestTakesGrants(t *testing.T) {
	full := func(grants int64) []oauthv1alpha1.FullClient {
		return []oauthv1alpha1.FullClient{{UID: "other", Grants: 9}, {UID: "app", Grants: grants}}
	}
	tests := map[string]struct {
		bounds  oauthv1alpha1.ServerSessions
		counted *oauthv1alpha1.SessionsStatus
		takes   bool
	}{
		"nothing was counted":                {oauthv1alpha1.ServerSessions{}, nil, true},
		"one less than the default":          {oauthv1alpha1.ServerSessions{}, &oauthv1alpha1.SessionsStatus{Grants: 99_999}, true},
		"the default":                        {oauthv1alpha1.ServerSessions{}, &oauthv1alpha1.SessionsStatus{Grants: 100_000}, false},
		"a higher bound than the default":    {oauthv1alpha1.ServerSessions{MaxGrants: 200_000}, &oauthv1alpha1.SessionsStatus{Grants: 100_000}, true},
		"more than the bound":                {oauthv1alpha1.ServerSessions{MaxGrants: 10}, &oauthv1alpha1.SessionsStatus{Grants: 11}, false},
		"another client is full":             {oauthv1alpha1.ServerSessions{MaxGrantsPerClient: 9}, &oauthv1alpha1.SessionsStatus{Grants: 9, FullClients: full(9)[:1]}, true},
		"the client is full":                 {oauthv1alpha1.ServerSessions{MaxGrantsPerClient: 5}, &oauthv1alpha1.SessionsStatus{Grants: 14, FullClients: full(5)}, false},
		"the bound of the client was raised": {oauthv1alpha1.ServerSessions{MaxGrantsPerClient: 6}, &oauthv1alpha1.SessionsStatus{Grants: 14, FullClients: full(5)}, true},
		"the client has the default":         {oauthv1alpha1.ServerSessions{}, &oauthv1alpha1.SessionsStatus{Grants: 60_000, FullClients: full(50_000)}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := Of(&oauthv1alpha1.OAuthServer{Spec: oauthv1alpha1.OAuthServerSpec{Sessions: test.bounds}})
			if got := s.TakesGrants(test.counted, "app"); got != test.takes {
				t.Errorf("takes a Grant: %v", got)
			}
		})
	}
}
