package clientspec

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestWhereLogoutNoticesMayGo(t *testing.T) {
	tests := map[string]struct {
		uri string
		// refused is without networks; own says that the host is a Service of the client's
		// namespace.
		refused, own bool
	}{
		"nowhere":                                {"", false, false},
		"a Service of the client's namespace":    {"http://app.team.svc:8080/logout?a=b", false, true},
		"its full name":                          {"http://app.team.svc.cluster.local/logout", false, true},
		"over https":                             {"https://app.team.svc/logout", false, true},
		"a Service of another namespace":         {"http://prometheus.monitoring.svc:9090/-/quit", true, false},
		"its full name, of another namespace":    {"http://prometheus.monitoring.svc.cluster.local/", true, false},
		"a namespace that begins alike":          {"http://app.team-b.svc/", true, false},
		"a Service that is called as the client": {"http://team.svc.svc/", true, false},
		"a loopback address":                     {"http://127.0.0.1:8080/logout", true, false},
		"loopback by name":                       {"http://localhost/logout", true, false},
		"a public host":                          {"https://app.example/logout", false, false},
		"a host that only begins like a Service": {"https://app.team.svc.example/logout", false, false},
		"https on a Service of another namespace, which the address decides": {"https://app.other.svc/logout", false, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := candidate()
			c.Client.Spec.Logout.BackchannelURI = oauthv1alpha1.BackchannelURI(test.uri)
			named := server(func(s *oauthv1alpha1.OAuthServer) { s.Spec.Outbound.Networks = []oauthv1alpha1.Network{"10.96.0.0/12"} })
			refusal := decide(c, servers(server()), nil).Refusal
			if (refusal != nil) != test.refused || refusal != nil && refusal.Reason != oauthv1alpha1.ReasonBackchannelURINotAllowed {
				t.Errorf("refused: %+v", refusal)
			}
			accepted := decide(c, servers(named), nil)
			if accepted.Refusal != nil || accepted.Client.Interactive.BackchannelOwn != test.own {
				t.Errorf("with networks refused: %+v, own: %t", accepted.Refusal, accepted.Client.Interactive.BackchannelOwn)
			}
		})
	}
}
