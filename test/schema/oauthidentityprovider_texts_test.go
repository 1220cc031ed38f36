package schema

import "fmt"

// attributes are the bounds of names of attributes.
func attributes(paths ...string) examples {
	out := examples{}
	for _, at := range paths {
		out = merged(out, textExamples(text{at: at, min: 1, max: 64, good: []string{"a", "entryUUID", "user-Id1"}, bad: []string{"1a", "a b", "a;binary", "a=b", "a)", "\u00e9"}}))
	}
	return out
}

// pointers are the bounds of JSON pointers.
func pointers(paths ...string) examples {
	out := examples{}
	for _, at := range paths {
		out = merged(out, textExamples(text{at: at, min: 1, max: 256, prefix: "/", good: []string{"/a", "/data/0/id", "/a~1b~0c", "/", "/\u00e9"}, bad: []string{"a", "a/b", "/a~", "/a~2"}}))
	}
	return out
}

func secretNames(at string) examples {
	out := merged(
		textExamples(
			text{at: at + ".name", min: 1, max: 253, good: []string{"a", "a.b-c"}, bad: []string{"A", "a_b", "a/b", "-a", "a-", "a..b", "../a"}},
			text{at: at + ".key", min: 1, max: 253, good: []string{"a", "A-b_c.d", ".hidden"}, bad: []string{"a b", "a/b", "../a", "$a"}},
		),
		requiredExamples(at+".name"),
	)
	out[at+" with two dots"] = refuse(at+".key", dottedKey, fields{at + ".key": "..a"})
	return out
}

// authorizing are the bounds of what an OpenID provider and an OAuth 2.0 server share.
func authorizing(at string) examples {
	return merged(
		textExamples(
			text{at: at + ".clientID", min: 1, max: 512, good: []string{"a", "grantor at work", "a:b/c"}, bad: []string{"a\n", "\u00e4", "\u202e"}},
			text{at: at + ".scopes[]", min: 1, max: 256, good: []string{"https://crm.example/.default", "a:b"}, bad: []string{"a b", "a\"b", "a\\b", "\u00e9"}},
		),
		enumExamples(at+".clientAuthentication", "client_secret_basic", "client_secret_post", "none"),
		setExamples(at+".scopes", 32, numbered("scope%d")), valueExamples(at+".parameters", 1024), tokenValues(at+".parameters"),
		secretNames(at+".clientSecretRef"), requiredExamples(at+".clientID"),
	)
}

// intervals are how often a provider is asked again. The shortest one is longer than a second.
func intervals() examples {
	const at = "spec.recheck.interval"
	out := secondsExamples(at, providerInterval, []string{"1m", "60s", "24h"}, []string{"59s", "0s", "24h1s"})
	out[at+" as long as allowed"] = accept(at, "maxLength", fields{at: "0000000000000000000000000000060s"})
	return out
}

var providerTexts = merged(
	textExamples(
		text{at: "spec.serverName", min: 1, max: 63}, words("spec.displayName", 64),
		text{at: "spec.claims.username", min: 1, max: 128, good: []string{"upn", "https://a.example/name"}, bad: []string{"a b", "\u00e9", "a\n"}},
		text{at: "spec.claims.groups.from", min: 1, max: 128, good: []string{"groups", "https://a.example/groups"}, bad: []string{"a b", "\u00e9", "a\n"}},
		text{at: "spec.claims.groups.prefix", max: 64, good: []string{"", "corp:", "\u00e9"}, bad: []string{"a b", "a\n", "\u202e"}},
		text{at: "spec.claims.groups.allow[]", min: 1, max: 256}, text{at: "spec.admit.groups[]", min: 1, max: 256}, text{at: "spec.admit.users[]", min: 1, max: 256},
		text{at: "spec.admit.emailDomains[]", min: 1, max: 253, prefix: "a.b", good: []string{"example.com", "a-b.c1"}, bad: []string{"example", "*.example.com", "Example.com", "@example.com", "example.com.", "a..b", "-a.b", "a b.c", "\u00e9.b"}},
		text{at: "spec.secondFactor.amr[]", min: 1, max: 128}, text{at: "spec.secondFactor.acr[]", min: 1, max: 512},
	),
	enumExamples("spec.claims.emailVerified", "Claim", "Trust"), enumExamples("spec.usernames", "Prefixed", "Plain"), enumExamples("spec.oidc.userInfo", "Auto", "Never"),
	intervals(),
	secondsExamples("spec.recheck.tolerate", providerTolerate, []string{"0s", "168h"}, []string{"168h1s"}),
	requiredExamples("spec", "spec.serverName", "spec.claims.groups.allow"),
	authorizing("spec.oidc"), tokenURIs("spec.oidc.issuer", nil), requiredExamples("spec.oidc.issuer"),
	ofEach(authorizing("spec.oauth2"), ofCustom), ofEach(enumExamples("spec.oauth2.preset", "github"), ofGitHub), tokenURIs("spec.oauth2.github.server", ofGitHub),
	tokenURIs(customAt+".authorizationEndpoint", ofCustom), tokenURIs(customAt+".tokenEndpoint", ofCustom), tokenURIs(profileAt+".url", ofCustom),
	ofEach(pointers(profileAt+".id", profileAt+".username", profileAt+".displayName", profileAt+".email", profileAt+".emailVerified", profileAt+".groups"), ofCustom),
	ofEach(requiredExamples(customAt+".authorizationEndpoint", customAt+".tokenEndpoint", profileAt, profileAt+".url", profileAt+".id"), ofCustom),
	ofEach(merged(
		textExamples(
			text{at: "spec.ldap.url", max: 512, prefix: "ldaps://", good: []string{"ldaps://a", "ldaps://[2001:db8::1]:636", "ldaps://a.b-c:1"},
				bad: []string{"", "https://a", "ldaps://", "ldaps://a/", "ldaps://a:0", "ldaps://a@b", "ldaps://a:123456", "ldaps://a b", "LDAPS://a"}},
			text{at: "spec.ldap.bindDN", min: 1, max: 512}, text{at: "spec.ldap.users.base", min: 1, max: 512}, text{at: "spec.ldap.groups.base", min: 1, max: 512},
			text{at: "spec.ldap.users.filter", max: 1024, prefix: "({login}", suffix: ")"}, text{at: "spec.ldap.users.active", max: 1024, prefix: "(", suffix: ")"},
			text{at: "spec.ldap.groups.filter", max: 1024, prefix: "({dn}", suffix: ")"},
		),
		attributes("spec.ldap.users.id", "spec.ldap.users.username", "spec.ldap.users.displayName", "spec.ldap.users.email", "spec.ldap.groups.name"),
		secretNames("spec.ldap.bindSecretRef"), requiredExamples("spec.ldap.url", "spec.ldap.users", "spec.ldap.users.base", "spec.ldap.groups.base"),
	), ofDirectory),
)

var providerLists = merged(
	setExamples("spec.claims.groups.allow", 128, numbered("group%d")), atLeastOne("spec.claims.groups.allow", "spec.admit.groups", "spec.admit.users", "spec.admit.emailDomains"),
	setExamples("spec.admit.groups", 64, numbered("group%d")), setExamples("spec.admit.users", 256, numbered("user%d")), setExamples("spec.admit.emailDomains", 64, numbered("a%d.example")),
	setExamples("spec.secondFactor.amr", 16, numbered("a%d")), setExamples("spec.secondFactor.acr", 16, numbered("a%d")),
)

var providerStatus = setExamples("status.conditions", 16, condition)

// userIdentities are the accounts of an OAuthUser elsewhere.
var userIdentities = merged(
	textExamples(
		text{at: "spec.identities[].provider", min: 1, max: 32, good: []string{"a", "corp-1"}, bad: []string{"A", "1a", "a-", "a.b", "a:b"}},
		text{at: "spec.identities[].id", min: 1, max: 256},
	),
	setExamples("spec.identities", 8, func(i int) any { return map[string]any{"provider": "corp", "id": fmt.Sprint(i)} }),
	requiredExamples("spec.identities[].provider", "spec.identities[].id"),
)

// serverSigningIn and clientSigningIn are the fields of a server and of a client that are about where users sign in.
var serverSigningIn = merged(
	enumExamples("spec.login.local", "Allow", "Deny"), enumExamples("spec.login.secondFactor", "Off", "Offer", "Require"),
	textExamples(text{at: "spec.login.providers[]", min: 1, max: 32, good: []string{"a", "corp-1"}, bad: []string{"A", "1a", "a-", "a.b", "a:b"}}),
	setExamples("spec.login.providers", 32, numbered("a%d")),
)

var clientSigningIn = merged(
	enumExamples("spec.login.minimumAssurance", "Password", "SecondFactor"),
	textExamples(text{at: "spec.login.providers[]", min: 1, max: 32, good: []string{"a", "corp-1", "local"}, bad: []string{"A", "1a", "a-", "a.b", "a:b"}}),
	setExamples("spec.login.providers", 16, numbered("a%d")), atLeastOne("spec.login.providers"),
)
