package schema

import (
	"fmt"
	"strings"
)

const (
	providerName       = "metadata.name must be a label of at most 32 characters that begins with a letter, and not local or pairwise: it is the beginning of the subject of each user"
	providerOneType    = "set exactly one of oidc, oauth2 and ldap"
	providerFixedType  = "the type cannot be changed later, because subjects are made of what the provider says; create another OAuthIdentityProvider instead"
	providerFixed      = "serverName cannot be changed; create another OAuthIdentityProvider instead"
	providerIssuer     = "issuer cannot be changed, because another issuer can give the ID of one user to another; create another OAuthIdentityProvider instead"
	providerOwn        = "parameters cannot replace those that the authorization request has anyway"
	providerPreset     = "set either preset or custom"
	providerGitHub     = "github needs preset: github"
	providerFixedPlace = "preset and github.server cannot be changed, because another server can give the ID of one user to another; create another OAuthIdentityProvider instead"
	providerFixedID    = "id cannot be changed, because subjects are made of it; create another OAuthIdentityProvider instead"
	providerStartTLS   = "startTLS is for ldap:// addresses; with ldaps:// the whole connection is encrypted"
	providerEncrypted  = "passwords must be encrypted: use ldaps://, or startTLS: true"
	providerBind       = "bindDN and bindSecretRef belong together; without both the search is anonymous"
	providerFilter     = "filter must be in parentheses and contain {login}"
	providerCompared   = "{login} must be compared with ="
	providerActive     = "active must be in parentheses"
	providerGroups     = "filter must be in parentheses and contain {dn} or {username}"
	providerAdmit      = "name groups, emailDomains or users, or set all: true"
	providerAdmitAll   = "all cannot be combined with groups, emailDomains or users"
	providerInterval   = "interval must be between 1m and 24h"
	providerTolerate   = "tolerate must be at most 168h"

	customAt  = "spec.oauth2.custom"
	profileAt = customAt + ".profile"
)

// inside is a change of a manifest that was changed before: what the change replaces is left
// out of what comes before.
func inside(before, change fields) fields {
	out := fields{}
	for path, value := range before {
		replaced := false
		for other := range change {
			replaced = replaced || strings.HasPrefix(path, other+".")
		}
		if !replaced {
			out[path] = value
		}
	}
	return merge(out, change)
}

// ofDirectory is a provider that is a directory, ofCustom one that is an OAuth 2.0 server, and
// ofGitHub the one that is known.
func ofDirectory(change fields) fields {
	return inside(fields{
		"spec.oidc": nil, "spec.ldap.url": "ldaps://ldap.corp.example:636", "spec.ldap.bindDN": "cn=reader", "spec.ldap.bindSecretRef.name": "corp", "spec.ldap.bindSecretRef.key": "password",
		"spec.ldap.users.base": "ou=people", "spec.ldap.users.filter": "(uid={login})", "spec.ldap.users.active": "(a=b)",
		"spec.ldap.groups.base": "ou=groups", "spec.ldap.groups.filter": "(member={dn})", "spec.ldap.groups.nested": int64(1),
	}, change)
}

func ofCustom(change fields) fields {
	return inside(fields{
		"spec.oidc": nil, "spec.oauth2.clientID": "grantor", "spec.oauth2.clientSecretRef.name": "corp", "spec.oauth2.clientSecretRef.key": "secret",
		customAt + ".authorizationEndpoint": "https://id.example/authorize", customAt + ".tokenEndpoint": "https://id.example/token",
		profileAt + ".url": "https://id.example/me", profileAt + ".id": "/id",
	}, change)
}

func ofGitHub(change fields) fields {
	return inside(fields{"spec.oidc": nil, "spec.oauth2.clientID": "grantor", "spec.oauth2.preset": "github"}, change)
}

var providerRules = func() examples {
	out := examples{
		"an OpenID provider":              accept("spec", providerOneType, nil),
		"a directory":                     accept("spec", providerOneType, ofDirectory(nil)),
		"an OAuth 2.0 server":             accept("spec", providerOneType, ofCustom(nil)),
		"no type":                         refuse("spec", providerOneType, fields{"spec.oidc": nil}),
		"two types":                       refuse("spec", providerOneType, fields{"spec.ldap": map[string]any{"url": "ldaps://a", "users": map[string]any{"base": "a"}}}),
		"a custom server":                 accept("spec.oauth2", providerPreset, ofCustom(nil)),
		"a preset and a custom server":    refuse("spec.oauth2", providerPreset, ofCustom(fields{"spec.oauth2.preset": "github"})),
		"neither of them":                 refuse("spec.oauth2", providerPreset, ofCustom(fields{customAt: nil})),
		"a GitHub Enterprise Server":      accept("spec.oauth2", providerGitHub, ofGitHub(fields{"spec.oauth2.github": map[string]any{"server": "https://github.corp.example"}})),
		"a custom one that is GitHub":     refuse("spec.oauth2", providerGitHub, ofCustom(fields{"spec.oauth2.github": map[string]any{}})),
		"startTLS":                        accept("spec.ldap", providerStartTLS, ofDirectory(fields{"spec.ldap.url": "ldap://a.example", "spec.ldap.startTLS": true})),
		"startTLS inside TLS":             refuse("spec.ldap", providerStartTLS, ofDirectory(fields{"spec.ldap.startTLS": true})),
		"no encryption":                   refuse("spec.ldap", providerEncrypted, ofDirectory(fields{"spec.ldap.url": "ldap://a.example"})),
		"no encryption, said":             refuse("spec.ldap", providerEncrypted, ofDirectory(fields{"spec.ldap.url": "ldap://a.example", "spec.ldap.startTLS": false})),
		"no encryption of another host":   refuse("spec.ldap", providerEncrypted, ofDirectory(fields{"spec.ldap.url": "ldap://localhost.example"})),
		"no encryption to itself":         accept("spec.ldap", providerEncrypted, ofDirectory(fields{"spec.ldap.url": "ldap://localhost:1389"})),
		"no encryption to 127.0.0.1":      accept("spec.ldap", providerEncrypted, ofDirectory(fields{"spec.ldap.url": "ldap://127.0.0.1"})),
		"no encryption to ::1":            accept("spec.ldap", providerEncrypted, ofDirectory(fields{"spec.ldap.url": "ldap://[::1]:1389"})),
		"an anonymous search":             accept("spec.ldap", providerBind, ofDirectory(fields{"spec.ldap.bindDN": nil, "spec.ldap.bindSecretRef": nil})),
		"an account without a password":   refuse("spec.ldap", providerBind, ofDirectory(fields{"spec.ldap.bindSecretRef": nil})),
		"a password without an account":   refuse("spec.ldap", providerBind, ofDirectory(fields{"spec.ldap.bindDN": nil})),
		"groups that may sign in":         accept("spec.admit", providerAdmit, fields{"spec.admit": map[string]any{"groups": []any{"a"}}}),
		"nobody who may sign in":          refuse("spec.admit", providerAdmit, fields{"spec.admit": map[string]any{}}),
		"everybody":                       accept("spec.admit", providerAdmitAll, fields{"spec.admit": map[string]any{"all": true}}),
		"everybody and some":              refuse("spec.admit", providerAdmitAll, fields{"spec.admit.all": true}),
		"everybody, or not":               refuse("spec.admit.all", "enum", fields{"spec.admit": map[string]any{"all": false}}),
		"everybody, said":                 accept("spec.admit.all", "enum", fields{"spec.admit": map[string]any{"all": true}}),
		"sixteen parameters":              accept("spec.oidc.parameters", providerOwn, fields{"spec.oidc.parameters": parameters(16)}),
		"an OpenID provider's secret":     accept("spec.oidc.clientSecretRef.key", dottedKey, fields{"spec.oidc.clientSecretRef.key": "a..b"}),
		"an OAuth 2.0 server's secret":    accept("spec.oauth2.clientSecretRef.key", dottedKey, ofCustom(fields{"spec.oauth2.clientSecretRef.key": "a..b"})),
		"a directory's password":          accept("spec.ldap.bindSecretRef.key", dottedKey, ofDirectory(fields{"spec.ldap.bindSecretRef.key": "a..b"})),
		"parameters of an OAuth 2.0 one":  accept("spec.oauth2.parameters", providerOwn, ofCustom(fields{"spec.oauth2.parameters": parameters(16)})),
		"usual parameters":                accept("spec.oidc.parameters", tokenNames, fields{"spec.oidc.parameters": map[string]any{strings.Repeat("a", 64): "b", "x.y-z_": "c"}}),
		"usual parameters of OAuth 2.0":   accept("spec.oauth2.parameters", tokenNames, ofCustom(fields{"spec.oauth2.parameters": map[string]any{"a": "b"}})),
		"a group of groups of groups":     accept("spec.ldap.groups.nested", "maximum", ofDirectory(fields{"spec.ldap.groups.nested": int64(8)})),
		"groups without end":              refuse("spec.ldap.groups.nested", "maximum", ofDirectory(fields{"spec.ldap.groups.nested": int64(9)})),
		"groups alone, not nested":        accept("spec.ldap.groups.nested", "minimum", ofDirectory(fields{"spec.ldap.groups.nested": int64(0)})),
		"groups nested less than nothing": refuse("spec.ldap.groups.nested", "minimum", ofDirectory(fields{"spec.ldap.groups.nested": int64(-1)})),
	}
	for _, good := range []string{"a", "corp", "a1", "c-o", strings.Repeat("a", 32)} {
		out["a provider called "+good] = accept("", providerName, fields{"metadata.name": good})
	}
	for _, bad := range []string{"local", "pairwise", "1a", "a.b", strings.Repeat("a", 33)} {
		out["a provider called "+bad] = refuse("", providerName, fields{"metadata.name": bad})
	}
	for _, name := range []string{"client_id", "State", "response_mode", "redirect_uri", "NONCE", "scope", "code_challenge", "request_uri"} {
		given := map[string]any{name: "x"}
		out["the parameter "+name] = refuse("spec.oidc.parameters", providerOwn, fields{"spec.oidc.parameters": given})
		out["the parameter of OAuth 2.0 "+name] = refuse("spec.oauth2.parameters", providerOwn, ofCustom(fields{"spec.oauth2.parameters": given}))
	}
	for _, name := range []string{"", "a b", "a&b", "a=b", strings.Repeat("a", 65)} {
		given := map[string]any{name: "x"}
		out[fmt.Sprintf("the name of a parameter %q", name)] = refuse("spec.oidc.parameters", tokenNames, fields{"spec.oidc.parameters": given})
		out[fmt.Sprintf("the name of a parameter of OAuth 2.0 %q", name)] = refuse("spec.oauth2.parameters", tokenNames, ofCustom(fields{"spec.oauth2.parameters": given}))
	}
	for _, at := range []struct{ at, rule, good string }{
		{"spec.ldap.users.filter", providerFilter, "(uid={login})"}, {"spec.ldap.users.active", providerActive, "(a=b)"}, {"spec.ldap.groups.filter", providerGroups, "(memberUid={username})"},
	} {
		out[at.at+" that is one"] = accept(at.at, at.rule, ofDirectory(fields{at.at: at.good}))
		for _, bad := range []string{"", strings.Trim(at.good, "()"), at.good + " "} {
			out[fmt.Sprintf("%s %q", at.at, bad)] = refuse(at.at, at.rule, ofDirectory(fields{at.at: bad}))
		}
	}
	for _, filter := range []string{"(uid>={login})", "(uid<={login})", "(uid~={login})", "(uid:caseExactMatch:={login})", "(|(uid={login})(cn:=a{login}))"} {
		out["a filter "+filter] = refuse("spec.ldap.users.filter", providerCompared, ofDirectory(fields{"spec.ldap.users.filter": filter}))
	}
	for _, filter := range []string{"(&(uidNumber>=1000)(uid={login}))", "(|(mail={login}@corp.example)(uid={login}))"} {
		out["a filter "+filter] = accept("spec.ldap.users.filter", providerCompared, ofDirectory(fields{"spec.ldap.users.filter": filter}))
	}
	out["a filter without a login"] = refuse("spec.ldap.users.filter", providerFilter, ofDirectory(fields{"spec.ldap.users.filter": "(uid=*)"}))
	out["a filter of groups without a user"] = refuse("spec.ldap.groups.filter", providerGroups, ofDirectory(fields{"spec.ldap.groups.filter": "(cn=*)"}))
	return out
}()

func parameters(n int) map[string]any {
	out := map[string]any{}
	for i := range n {
		out[fmt.Sprintf("p%d", i)] = "x"
	}
	return out
}
