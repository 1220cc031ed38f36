package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/schemes"
)

const (
	redirectAt       = "spec.redirectURIs[]"
	postLogoutAt     = "spec.postLogoutRedirectURIs[]"
	redirectFragment = "a redirect URI must not have a fragment (RFC 6749 section 3.1.2)"
	redirectWildcard = "a redirect URI must not have a wildcard; list each URI"
	redirectUser     = "a redirect URI must not carry user information"
	redirectASCII    = "a redirect URI must be printable ASCII without spaces, quotes, backslashes and angle brackets; percent-encode them"
	redirectScheme   = "a redirect URI must be https, http on localhost, 127.0.0.1 or [::1], or use a private scheme such as com.example.app:/callback (RFC 8252 section 7)"
	percentSign      = "a percent sign must begin a percent-encoded octet such as %20 (RFC 3986 section 2.1)"
	webURI           = "must be an https URI, or http on localhost, 127.0.0.1 or [::1], without user information"
)

// goodRedirects are redirect URIs that applications really have.
var goodRedirects = []string{
	"https://app.example", "https://app.example/", "https://app.example/callback", "https://app.example:8443/callback",
	"https://app.example/callback?tenant=a&x=%2F", "https://app.example?tenant=a", "https://app.example/a%20b",
	"https://app.example/@user", "https://app.example/?mail=a@b.example", "https://[2001:db8::1]/callback", "https://[::1]:8443/",
	"https://192.0.2.1/callback", "https://under_score.example/callback",
	"http://localhost", "http://localhost/", "http://localhost:3000/callback?x=1", "http://127.0.0.1/callback",
	"http://127.0.0.1:51004/callback", "http://[::1]/callback", "http://[::1]:51004/callback?x=1",
	"com.example.app:/callback", "com.example.app://callback", "com.example.app:callback", "com.example.app:///callback",
	"com.example-inc.app:/callback?x=1", "oc://ios.owncloud.com", "oc://android.owncloud.com", "myapp:/callback", "myapp://callback", "myapp:///callback", "my-app+1:/callback",
}

// badRedirects are refused for the reason they are listed under; several break
// more than one rule.
var badRedirects = map[string][]string{
	redirectFragment: {"https://app.example/#", "https://app.example/callback#x", "https://app.example#@evil.example/", "com.example.app:/callback#x"},
	redirectWildcard: {"https://*.app.example/callback", "https://app.example/*", "https://*", "*", "http://localhost:*/callback"},
	redirectUser: {
		"https://good.example@evil.example/", "https://user:password@app.example/", "https://@app.example/",
		"https://good.example:443@evil.example/", "https://good.example%2F@evil.example/", "https://good.example&@evil.example",
		`https://evil.example\@good.example`, "http://localhost@evil.example/", "http://localhost:80@evil.example/",
		"http://127.0.0.1@evil.example", "http://[::1]@evil.example", "com.example.app://user@host/callback", "HTTPS://a@b",
	},
	redirectASCII: {
		`https://evil.example\good.example`, `https://app.example/\evil`, `https:\\app.example`, `https:/\app.example`,
		"https://app.example/a b", " https://app.example/", "https://app.example/ ", "https://app.example/\n", "\nhttps://app.example/",
		"https://app.example/a\tb", "https://app\t.example/", "ht\ntps://app.example/", "https://app.example/a\r\nLocation: x",
		"https://app.example/\x00", "https://app.example/\x7f", "https://\u00e4pp.example/", "https://app.example/\u202e", "https://app.example\uff0fevil.example",
		"https://\u24d4vil.example/", "https://app\u3002example/", `https://app.example/"onload=x`, "https://app.example/<script>", "com.example.app:/a\nb",
		"com.example.app:/\u00e4", "java\nscript:alert(1)",
	},
	redirectScheme: {
		"javascript:alert(1)", "javascript://app.example/%0aalert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd",
		"vbscript:x", "blob:https://app.example/x", "about:blank", "ftp://app.example/", "ws://app.example/", "urn:ietf:wg:oauth:2.0:oob",
		"mailto:a@b.example", "http://app.example/", "http://localhost.evil.example/", "http://127.0.0.1.evil.example/", "http://evil.example/localhost",
		"http://localhost.", "http://localhost:/callback", "http://127.0.0.2/", "http://127.1/", "http://0x7f000001/", "http://2130706433/", "http://0/",
		"http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::1%25lo]/", "http://[::1]evil.example/", "http://[::1].evil.example/",
		"http://localhost%2eevil.example/", "http://localhost%00.evil.example/", "http://localhost;evil.example/", "http://LOCALHOST/",
		"https://app.example%40evil.example/", "https://app.example%2Fevil.example", "https://app.example;evil.example/", "https://app.example,evil.example/",
		"https://app.example:port/", "https://app.example:/", "https://app.example:443:443/", "https://app.example:443evil.example", "https://app.example:123456/",
		"app.example:8080/callback", "app.example:443",
		"HTTPS://app.example/", "Https://app.example/", "HTTP://localhost/", "Com.Example.App:/callback", "COM.EXAMPLE.APP:/callback",
		"https:app.example", "https:/app.example", "https:///app.example", "https://", "https:", "https://:443/", "https://?x", "https:///", "https://[]/", "https://[::1", "https://[evil.example]/",
		"//app.example/callback", "/callback", "callback", "app.example/callback", "myapp:callback", "myapp:/", "myapp://", "myapp:", "MyApp:/callback", "1app:/callback", "c:/callback", "my_app:/callback", "://app.example", ":",
		".example:/callback", "example.:/callback", "com..example:/callback", "1com.example:/callback", "com.example.app:", "com.example.app:/", "com.example.app://",
		"com.example.app", "localhost:8080/callback", "127.0.0.1:8080/callback", "view-source:https://app.example/", "intent://app.example/",
	},
	percentSign: {"https://app.example/%", "https://app.example/%z", "https://app.example/%zz", "https://app.example/?a=%2", "https://app.example/%2g", "https://app.example/%%20", "com.example.app:/%"},
	"minLength": {""},
	"maxLength": {"https://app.example/" + strings.Repeat("a", 2048-19), "com.example.app:/" + strings.Repeat("a", 5000)},
}

var clientURIs = merged(redirectExamples(redirectAt), redirectExamples(postLogoutAt),
	webURIExamples("spec.clientURI"), webURIExamples("spec.logoURI"), webURIExamples("spec.policyURI"), webURIExamples("spec.tosURI"),
	backchannelExamples())

func redirectExamples(at string) examples {
	out := examples{
		at + " as long as allowed": accept(at, "maxLength", fields{at: "https://app.example/" + strings.Repeat("a", 2048-20)}),
		at + " given":              accept(at, "minLength", nil),
	}
	for _, rule := range []string{redirectFragment, redirectWildcard, redirectUser, redirectASCII, redirectScheme, percentSign} {
		out[at+" plain: "+rule] = accept(at, rule, nil)
	}
	for _, uri := range goodRedirects {
		out[fmt.Sprintf("%s %q", at, uri)] = accept(at, redirectScheme, fields{at: uri})
	}
	for _, scheme := range reservedSchemes() {
		for _, uri := range []string{scheme + ":/x", scheme + "://x"} {
			out[fmt.Sprintf("%s %q", at, uri)] = refuse(at, redirectScheme, fields{at: uri})
		}
	}
	for rule, uris := range badRedirects {
		for _, uri := range uris {
			out[fmt.Sprintf("%s %.80q", at, uri)] = refuse(at, rule, fields{at: uri})
		}
	}
	return out
}

// reservedSchemes are those without a dot that no redirect URI can have.
func reservedSchemes() []string {
	// http needs a loopback host, and has two slashes then; https has examples of its own.
	out := slices.DeleteFunc(slices.Clone(schemes.Reserved), func(scheme string) bool { return scheme == "https" })
	for _, prefix := range schemes.Prefixes {
		out = append(out, prefix+"x", prefix)
	}
	return out
}

func webURIExamples(at string) examples {
	out := examples{
		at + " as long as allowed": accept(at, "maxLength", fields{at: "https://app.example/" + strings.Repeat("a", 2048-20)}),
		at + " too long":           refuse(at, "maxLength", fields{at: "https://app.example/" + strings.Repeat("a", 2048-19)}),
	}
	for _, uri := range []string{"https://app.example", "https://app.example:8443/a?b=c#d", "https://[2001:db8::1]/", "http://localhost:3000/", "http://127.0.0.1", "http://[::1]/x"} {
		out[fmt.Sprintf("%s %q", at, uri)] = accept(at, webURI, fields{at: uri})
	}
	for _, uri := range []string{
		"", "app.example", "//app.example", "http://app.example", "http://localhost.evil.example", "http://127.0.0.1.evil.example/", "https://good.example@evil.example",
		`https://evil.example\@good.example`, "javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "file:///etc/passwd", "HTTPS://app.example",
		"https://app.example/a b", "https://app.example/\n", "\thttps://app.example/", "https://\u00e4pp.example", "https://app.example/\u202e", "https://",
		"https://app.example:123456", "com.example.app:/x",
	} {
		out[fmt.Sprintf("%s %q", at, uri)] = refuse(at, webURI, fields{at: uri})
	}
	out[at+" with a percent-encoded octet"] = accept(at, percentSign, fields{at: "https://app.example/%C3%a4"})
	out[at+" with a lonely percent sign"] = refuse(at, percentSign, fields{at: "https://app.example/50%"})
	return out
}
