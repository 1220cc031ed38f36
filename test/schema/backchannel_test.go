package schema

import (
	"fmt"
	"strings"
)

const (
	backchannelAt       = "spec.logout.backchannelURI"
	backchannelForm     = "must be an https URI, or http on the name of a Service such as app.team.svc or on localhost, 127.0.0.1 or [::1], without user information"
	backchannelFragment = "a back-channel logout URI must not have a fragment (OpenID Connect Back-Channel Logout 1.0 section 2.2)"
)

func backchannelExamples() examples {
	out := examples{
		backchannelAt + " as long as allowed":           accept(backchannelAt, "maxLength", fields{backchannelAt: "https://app.example/" + strings.Repeat("a", 2048-20)}),
		backchannelAt + " too long":                     refuse(backchannelAt, "maxLength", fields{backchannelAt: "https://app.example/" + strings.Repeat("a", 2048-19)}),
		backchannelAt + " without fragment":             accept(backchannelAt, backchannelFragment, nil),
		backchannelAt + " with a fragment":              refuse(backchannelAt, backchannelFragment, fields{backchannelAt: "https://app.example/logout#x"}),
		backchannelAt + " with a fragment in a query":   refuse(backchannelAt, backchannelFragment, fields{backchannelAt: "https://app.example?a=b#"}),
		backchannelAt + " with a percent-encoded octet": accept(backchannelAt, percentSign, fields{backchannelAt: "https://app.example/%C3%a4"}),
		backchannelAt + " with a lonely percent sign":   refuse(backchannelAt, percentSign, fields{backchannelAt: "https://app.example/50%"}),
	}
	for _, uri := range []string{
		"https://app.example", "https://app.example:8443/a?b=c", "https://[2001:db8::1]/", "https://app.team.svc/logout", "https://10.0.0.1/",
		"http://app.team.svc", "http://app.team.svc/logout", "http://app.team.svc:8080/logout?tenant=a", "http://my-app.my-team.svc.cluster.local:80/",
		"http://0.team.svc", "http://localhost:3000/logout", "http://127.0.0.1", "http://[::1]:1/x",
	} {
		out[fmt.Sprintf("%s %q", backchannelAt, uri)] = accept(backchannelAt, backchannelForm, fields{backchannelAt: uri})
	}
	for _, uri := range []string{
		"", "app.example", "//app.example", "http://app.example", "http://app.team", "http://app.svc", "http://svc", "http://a.b.c.svc", "http://app.team.svc.example",
		"http://app.team.svc.cluster.local.evil.example", "http://app.team.svc.evil.example/", "http://app.team.svc@evil.example/", "http://evil.example/app.team.svc",
		"http://evil.example?app.team.svc", "http://App.team.svc", "http://-app.team.svc", "http://app-.team.svc", "http://app..svc", "http://.team.svc", "http://app_a.team.svc",
		"http://app.team.svc.", "http://app.team.svc:0/", "http://app.team.svc:65536/", "http://app.team.svc:/", "http://10.0.0.1/", "http://169.254.169.254/", "http://0.0.0.0/",
		"http://127.0.0.2/", "http://localhost.evil.example", "http://[::]/", "http://[::ffff:127.0.0.1]/", "https://good.example@evil.example", "HTTPS://app.example",
		"https://app.example/a b", "https://app.example/\n", "ftp://app.team.svc/", "file:///etc/passwd", "https://", "unix:///run/x.sock",
	} {
		out[fmt.Sprintf("%s %q", backchannelAt, uri)] = refuse(backchannelAt, backchannelForm, fields{backchannelAt: uri})
	}
	return out
}
