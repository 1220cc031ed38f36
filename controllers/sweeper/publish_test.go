package sweeper

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestNewer(t *testing.T) {
	type status = oauthv1alpha1.SessionsStatus
	full := func(uids ...string) (out []oauthv1alpha1.FullClient) {
		for i, uid := range uids {
			out = append(out, oauthv1alpha1.FullClient{UID: uid, Grants: int64(1000 + i)})
		}
		return out
	}
	gone := func(since int64) []oauthv1alpha1.FormerProvider {
		return []oauthv1alpha1.FormerProvider{{Name: "corp", Since: metav1.Unix(since, 0)}}
	}
	tests := map[string]struct {
		was, now *status
		newer    bool
	}{
		"nothing, still":                    {nil, nil, false},
		"the first":                         {nil, &status{Grants: 1}, true},
		"the last":                          {&status{Grants: 1}, nil, true},
		"the same":                          {&status{Grants: 5, Marks: 1}, &status{Grants: 5, Marks: 1}, false},
		"a tenth more":                      {&status{Grants: 500}, &status{Grants: 550}, false},
		"over a tenth more":                 {&status{Grants: 500}, &status{Grants: 551}, true},
		"over a tenth less":                 {&status{Logins: 500}, &status{Logins: 449}, true},
		"one more of few":                   {&status{Consents: 9}, &status{Consents: 10}, true},
		"the first Mark":                    {&status{Grants: 500}, &status{Grants: 500, Marks: 1}, true},
		"the bound was reached":             {&status{Grants: 999}, &status{Grants: 1000}, true},
		"the bound was left":                {&status{Grants: 1000}, &status{Grants: 999}, true},
		"a tenth of what is free":           {&status{Grants: 900}, &status{Grants: 910}, false},
		"over a tenth of what is free":      {&status{Grants: 900}, &status{Grants: 911}, true},
		"the bound of Marks was reached":    {&status{Marks: 999}, &status{Marks: 1000}, true},
		"full of Marks as well":             {&status{FullClients: []oauthv1alpha1.FullClient{{UID: "a", Grants: 1000}}}, &status{FullClients: []oauthv1alpha1.FullClient{{UID: "a", Grants: 1000, Marks: 200}}}, true},
		"the first Enrollment":              {&status{Persons: 500}, &status{Persons: 500, Enrollments: 1}, true},
		"a provider is gone":                {&status{Persons: 9}, &status{Persons: 9, FormerProviders: gone(1000)}, true},
		"it is still gone":                  {&status{Persons: 9, FormerProviders: gone(1000)}, &status{Persons: 9, FormerProviders: gone(1000)}, false},
		"it is there again":                 {&status{Persons: 9, FormerProviders: gone(1000)}, &status{Persons: 9}, true},
		"it is gone again":                  {&status{Persons: 9, FormerProviders: gone(1000)}, &status{Persons: 9, FormerProviders: gone(2000)}, true},
		"beyond the bound":                  {&status{Grants: 1000}, &status{Grants: 1001}, false},
		"a client is full":                  {&status{Grants: 9}, &status{Grants: 9, FullClients: full("a")}, true},
		"another client is full":            {&status{Grants: 9, FullClients: full("a")}, &status{Grants: 9, FullClients: full("b")}, true},
		"the same are full, in other order": {&status{Grants: 9, FullClients: full("a", "b")}, &status{Grants: 9, FullClients: full("b", "a")}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := &oauthv1alpha1.OAuthServer{}
			server.Spec.Sessions.MaxGrants, server.Spec.Sessions.MaxGrantsPerClient = 1000, 1000
			server.Status.Sessions = test.was
			if got := newer(server, test.now); got != test.newer {
				t.Errorf("newer: %v", got)
			}
		})
	}
}
