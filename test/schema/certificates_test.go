package schema

import "strings"

// clientCertificates are the certificates of clients.
var clientCertificates = func() examples {
	const at, tls, dns, uri, prints = "spec.authentication", "spec.authentication.tls", "spec.authentication.tls.sanDNS", "spec.authentication.tls.sanURI", "spec.authentication.tls.thumbprints"
	by := func(method string, how map[string]any) fields {
		return fields{"spec.secret.rotation": nil, at: map[string]any{"method": method, "tls": how}}
	}
	named := func(how map[string]any) fields { return by("tls_client_auth", how) }
	printed := func(list ...any) fields {
		return by("self_signed_tls_client_auth", map[string]any{"thumbprints": append([]any{}, list...)})
	}
	app, sum := map[string]any{"sanDNS": "app.example"}, strings.Repeat("A", 43)
	many := func(n int) (out []any) {
		for i := range n {
			out = append(out, numbered(strings.Repeat("A", 42)+"%d")(i))
		}
		return out
	}
	out := examples{
		"a certificate with a name":              accept(at, tlsAlone, named(app)),
		"tls_client_auth without a certificate":  refuse(at, tlsAlone, fields{"spec.secret.rotation": nil, at: map[string]any{"method": "tls_client_auth"}}),
		"self_signed without a certificate":      refuse(at, tlsAlone, fields{"spec.secret.rotation": nil, at: map[string]any{"method": "self_signed_tls_client_auth"}}),
		"a certificate of a client with secret":  refuse(at, tlsAlone, by("client_secret_basic", app)),
		"a certificate of a public client":       refuse(at, tlsAlone, by("none", app)),
		"a name for tls_client_auth":             accept(at, tlsNames, named(app)),
		"a thumbprint for self_signed":           accept(at, tlsNames, printed(sum)),
		"a name for self_signed":                 refuse(at, tlsNames, by("self_signed_tls_client_auth", app)),
		"a thumbprint for tls_client_auth":       refuse(at, tlsNames, named(map[string]any{"thumbprints": []any{sum}})),
		"a certificate with a URI":               accept(tls, tlsOne, named(map[string]any{"sanURI": "spiffe://example/app"})),
		"a certificate with nothing":             refuse(tls, tlsOne, named(map[string]any{})),
		"a certificate with both names":          refuse(tls, tlsOne, named(map[string]any{"sanDNS": "app.example", "sanURI": "spiffe://example/app"})),
		"a certificate with a subject":           accept(tls, tlsOne, named(map[string]any{"subjectDN": "CN=app,O=Example"})),
		"a certificate with an address":          accept(tls, tlsOne, named(map[string]any{"sanIP": "192.0.2.7"})),
		"a certificate with an e-mail address":   accept(tls, tlsOne, named(map[string]any{"sanEmail": "app@example.com"})),
		"a certificate with subject and address": refuse(tls, tlsOne, named(map[string]any{"subjectDN": "CN=app", "sanIP": "192.0.2.7"})),
		"a certificate with e-mail and DNS":      refuse(tls, tlsOne, named(map[string]any{"sanEmail": "app@example.com", "sanDNS": "app.example"})),
		"a certificate that rotates":             refuse("spec", noneRotates, merge(named(app), fields{"spec.secret.rotation": map[string]any{}})),
		"a DNS name of one letter":               accept(dns, "minLength", named(map[string]any{"sanDNS": "a"})),
		"an empty DNS name":                      refuse(dns, "minLength", named(map[string]any{"sanDNS": ""})),
		"a DNS name of 253 letters":              accept(dns, "maxLength", named(map[string]any{"sanDNS": strings.Repeat("a", 253)})),
		"a DNS name of 254 letters":              refuse(dns, "maxLength", named(map[string]any{"sanDNS": strings.Repeat("a", 254)})),
		"a DNS name":                             accept(dns, "pattern", named(app)),
		"a DNS name with a wildcard":             refuse(dns, "pattern", named(map[string]any{"sanDNS": "*.example"})),
		"a DNS name in capitals":                 refuse(dns, "pattern", named(map[string]any{"sanDNS": "App.example"})),
		"a URI":                                  accept(uri, "pattern", named(map[string]any{"sanURI": "urn:example:app"})),
		"a URI without scheme":                   refuse(uri, "pattern", named(map[string]any{"sanURI": "example/app"})),
		"a URI with a space":                     refuse(uri, "pattern", named(map[string]any{"sanURI": "urn:example: app"})),
		"a URI of 2048 letters":                  accept(uri, "maxLength", named(map[string]any{"sanURI": "urn:" + strings.Repeat("a", 2044)})),
		"a URI of 2049 letters":                  refuse(uri, "maxLength", named(map[string]any{"sanURI": "urn:" + strings.Repeat("a", 2045)})),
		"one thumbprint":                         accept(prints, "minItems", printed(sum)),
		"no thumbprint":                          refuse(prints, "minItems", printed()),
		"eight thumbprints":                      accept(prints, "maxItems", printed(many(8)...)),
		"nine thumbprints":                       refuse(prints, "maxItems", printed(many(9)...)),
		"two thumbprints":                        accept(prints, "duplicate", printed(many(2)...)),
		"a thumbprint twice":                     refuse(prints, "duplicate", printed(sum, sum)),
		"a thumbprint in base64url":              accept(prints+"[]", "pattern", printed(sum)),
		"a thumbprint in hex with colons":        refuse(prints+"[]", "pattern", printed("AB:CD")),
		"a thumbprint with padding":              refuse(prints+"[]", "pattern", printed(sum[1:]+"=")),
		"a thumbprint of 43 letters":             accept(prints+"[]", "maxLength", printed(sum)),
		"a thumbprint in hex":                    refuse(prints+"[]", "maxLength", printed(strings.Repeat("a", 64))),
	}
	name := func(field string, refused bool, rule string, values ...string) {
		for _, value := range values {
			out[field+" "+value] = example{at: tls + "." + field, rule: rule, change: named(map[string]any{field: value}), refused: refused}
		}
	}
	name("subjectDN", false, "pattern", "CN=app", `cn=a\, b\20,O=Example+OU=x,DC=net`, "2.5.4.3=#0c03617070", "CN=", "emailAddress=a@example.com", "CN=Lučić")
	name("subjectDN", true, "pattern", "", "app", "XY=a", "CN=a,", "CN=a;b", `CN=a\`, "CN= a", "CN=a, O=b", "2.5.04=a", `CN="a"`, "CN=a\n,O")
	name("subjectDN", false, "maxLength", "CN="+strings.Repeat("a", 1021))
	name("subjectDN", true, "maxLength", "CN="+strings.Repeat("a", 1022))
	name("sanIP", false, "must be an IP address such as 192.0.2.7 or 2001:db8::7", "192.0.2.8", "2001:db8::7")
	name("sanIP", true, "must be an IP address such as 192.0.2.7 or 2001:db8::7", "", "192.0.2", "192.0.2.0/24", "host.example", "192.0.2.7\n")
	name("sanIP", false, "maxLength", "2001:0db8:0000:0000:0000:0000:0000:0007")
	name("sanIP", true, "maxLength", "2001:0db8:0000:0000:0000:0000:0000:00007")
	name("sanEmail", false, "pattern", "app@example.com", "App+x@Example.com")
	name("sanEmail", true, "pattern", "", "app", "@example.com", "a@b@example.com", "a b@example.com", "app@example.com\n", "app@-example.com")
	name("sanEmail", false, "maxLength", strings.Repeat("a", 242)+"@example.com")
	name("sanEmail", true, "maxLength", strings.Repeat("a", 243)+"@example.com")
	return out
}()
