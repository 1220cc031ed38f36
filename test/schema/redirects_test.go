package schema

import "strings"

const (
	sourcesNeedGrant = "redirectURIsFrom must be empty because no grant in grantTypes redirects; remove it or add authorization_code"
	sourceAt         = "spec.redirectURIsFrom"
)

// clientRedirects are the sources of redirect URIs and what becomes of them.
var clientRedirects = merged(
	examples{
		"a code client with a source alone": accept("spec", needsRedirects, fields{"spec.redirectURIs": nil}),
		"a code client with an empty list of sources": refuse("spec", needsRedirects, fields{
			"spec.redirectURIs": nil, sourceAt: []any{}}),
		"a code client with a source": accept("spec", sourcesNeedGrant, nil),
		"client_credentials with an empty list of sources": accept("spec", sourcesNeedGrant, fields{
			"spec.grantTypes": []any{"client_credentials"}, "spec.redirectURIs": nil, sourceAt: []any{}}),
		"client_credentials with a source": refuse("spec", sourcesNeedGrant, fields{
			"spec.grantTypes": []any{"client_credentials"}, "spec.redirectURIs": nil}),
		"an object with two paths": accept(sourceAt, "duplicate", fields{sourceAt: []any{
			map[string]any{"kind": "Ingress", "name": "app", "path": "/a"}, map[string]any{"kind": "Ingress", "name": "app", "path": "/b"},
		}}),
	},
	setExamples(sourceAt, 8, func(i int) any {
		return map[string]any{"kind": "HTTPRoute", "name": numbered("app%d")(i), "path": "/callback"}
	}),
	enumExamples(sourceAt+"[].kind", "Ingress", "HTTPRoute"),
	requiredExamples(sourceAt+"[].kind", sourceAt+"[].name", sourceAt+"[].path"),
	textExamples(
		text{at: sourceAt + "[].name", min: 1, max: 253,
			good: []string{"a", "a.b-c", "0"},
			bad:  []string{"A", "a_b", "a/b", "other/app", "-a", "a-", ".a", "a.", "a..b", "a b", "a\n", "../a"}},
		pathText(sourceAt+"[].path"), pathText(sourceAt+"[].postLogoutPath"),
		text{at: "status.redirectURIs[]", max: 2048}, text{at: "status.postLogoutRedirectURIs[]", max: 2048},
		text{at: "status.redirectURIsSeal", max: 256},
	),
	listExamples("status.redirectURIs", 32, numbered("https://app%d.example/callback")),
	listExamples("status.postLogoutRedirectURIs", 32, numbered("https://app%d.example/bye")),
)

func pathText(at string) text {
	return text{at: at, min: 1, max: 1024, prefix: "/",
		good: []string{"/", "/callback", "/a/b.c/~d_e-f", "/a%20b", "/login?provider=grantor&x=%2F", "/@me", "//a", "/oauth2/callback;v=1", "/" + strings.Repeat("a", 1023)},
		bad: []string{"callback", "https://evil.example/", "@evil.example/", ".evil.example", ":8443/", "/a b", "/a#b", "/*", "/a*", `/a\b`, `/a"b`, "/<a>", "/%", "/%2",
			"/%zz", "/a\n", "\n/a", "/\u00e4", "/\x00", "/a\tb", " /a", "/{a}", "/a|b"}}
}
