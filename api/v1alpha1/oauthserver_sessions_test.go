package v1alpha1

import "testing"

func TestTakesGrants(t *testing.T) {
	full := func(grants int64) []FullClient {
		return []FullClient{{UID: "other", Grants: 9}, {UID: "app", Grants: grants}}
	}
	tests := map[string]struct {
		bounds  ServerSessions
		counted *SessionsStatus
		takes   bool
	}{
		"nothing was counted":                {ServerSessions{}, nil, true},
		"one less than the default":          {ServerSessions{}, &SessionsStatus{Grants: 99_999}, true},
		"the default":                        {ServerSessions{}, &SessionsStatus{Grants: 100_000}, false},
		"a higher bound than the default":    {ServerSessions{MaxGrants: 200_000}, &SessionsStatus{Grants: 100_000}, true},
		"more than the bound":                {ServerSessions{MaxGrants: 10}, &SessionsStatus{Grants: 11}, false},
		"another client is full":             {ServerSessions{MaxGrantsPerClient: 9}, &SessionsStatus{Grants: 9, FullClients: full(9)[:1]}, true},
		"the client is full":                 {ServerSessions{MaxGrantsPerClient: 5}, &SessionsStatus{Grants: 14, FullClients: full(5)}, false},
		"the bound of the client was raised": {ServerSessions{MaxGrantsPerClient: 6}, &SessionsStatus{Grants: 14, FullClients: full(5)}, true},
		"the client has the default":         {ServerSessions{}, &SessionsStatus{Grants: 60_000, FullClients: full(50_000)}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := &OAuthServer{Spec: OAuthServerSpec{Sessions: test.bounds}, Status: OAuthServerStatus{Sessions: test.counted}}
			if got := s.TakesGrants("app"); got != test.takes {
				t.Errorf("takes a Grant: %v", got)
			}
		})
	}
}
