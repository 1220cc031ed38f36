package clientspec

import (
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestWhichServer(t *testing.T) {
	other := server(named("system", "other"), notDefault)
	tests := map[string]struct {
		client  Candidate
		servers []*oauthv1alpha1.OAuthServer
		server  string
		refused string
		says    string
	}{
		"no servers at all":                             {candidate(), nil, "", oauthv1alpha1.ReasonNoDefaultServer, "spec.default: true"},
		"no default server":                             {candidate(), servers(other), "", oauthv1alpha1.ReasonNoDefaultServer, ""},
		"the default server":                            {candidate(), servers(other, server()), "default", "", ""},
		"the named server":                              {candidate(on("system", "other")), servers(server(), other), "other", "", ""},
		"a named server that is missing":                {candidate(on("system", "gone")), servers(server()), "", oauthv1alpha1.ReasonServerNotFound, `"gone"`},
		"a named server of another namespace":           {candidate(on("elsewhere", "default")), servers(server()), "", oauthv1alpha1.ReasonServerNotFound, `"elsewhere"`},
		"a name without namespace means the client's":   {candidate(on("", "default")), servers(server()), "", oauthv1alpha1.ReasonServerNotFound, `namespace "team"`},
		"a name without namespace finds a neighbour":    {candidate(on("", "local")), servers(server(), server(named("team", "local"), notDefault)), "local", "", ""},
		"a binding stays when another is default":       {candidate(boundTo("system", "other")), servers(server(), other), "other", "", ""},
		"a binding to a server that is gone stays":      {candidate(boundTo("system", "gone")), servers(server()), "", oauthv1alpha1.ReasonServerNotFound, "is gone"},
		"the spec outranks a binding":                   {candidate(on("system", "other"), boundTo("system", "default")), servers(server(), other), "other", "", ""},
		"a missing named server outranks a binding":     {candidate(on("system", "gone"), boundTo("system", "default")), servers(server()), "", oauthv1alpha1.ReasonServerNotFound, ""},
		"a binding does not go round the server's rule": {candidate(boundTo("system", "other")), servers(server(named("system", "other"), takesFrom("Same", nil))), "other", oauthv1alpha1.ReasonNamespaceNotAllowed, ""},
		"a default server that is being deleted":        {candidate(), servers(server(serverGoingAway)), "", oauthv1alpha1.ReasonNoDefaultServer, ""},
		"the older of two defaults is being deleted": {
			candidate(), servers(server(serverGoingAway), server(named("system", "second"), serverCreated(time.Hour))), "second", "", ""},
		"the older of two defaults": {
			candidate(), servers(server(named("a", "younger"), serverCreated(time.Second)), server()), "default", "", ""},
		"the older of two defaults, in the other order": {
			candidate(), servers(server(), server(named("a", "younger"), serverCreated(time.Second))), "default", "", ""},
		"two defaults of the same second: the lower UID": {
			candidate(), servers(server(named("b", "x")), server(named("a", "y"))), "y", "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			decision := decide(test.client, test.servers, nil)
			check(t, decision, test.refused, test.says)
			if got := nameOf(decision.Server); got != test.server {
				t.Errorf("server %q, wanted %q", got, test.server)
			}
		})
	}
}

func nameOf(s *oauthv1alpha1.OAuthServer) string {
	if s == nil {
		return ""
	}
	return s.Name
}
