package schema

import (
	"fmt"
	"maps"
	"strings"
)

const (
	tokenOneSource     = "set either clientRef, for an OAuthClient of this namespace, or provider with clientID"
	tokenClientID      = "clientID is needed exactly when provider is set; an OAuthClient brings its own"
	tokenOneSecret     = "clientSecretRef cannot be combined with clientRef; the OAuthClient has a Secret already"
	tokenOneMethod     = "clientAuthentication cannot be combined with clientRef; the OAuthClient says how it authenticates"
	tokenSecretNeeded  = "clientSecretRef is needed unless clientAuthentication is none, and not allowed then"
	tokenAuthorizedBy  = "authorizedBy is for the grant authorization_code; nobody authorizes client_credentials"
	tokenPrompt        = "prompt is for the grant authorization_code"
	tokenPKCE          = "pkce is for the grant authorization_code"
	tokenParameters    = "parameters are those of the authorization request; use tokenParameters"
	tokenServer        = "serverRef is for the grant authorization_code; it names the server at which people authorize"
	tokenPublicMachine = "client_credentials needs a client that authenticates (RFC 6749 section 4.4)"
	tokenNoMachines    = "google and github issue no tokens for client_credentials; use authorization_code"
	tokenEndpoint      = "authorization_code needs provider.custom.authorizationEndpoint, or an issuer that publishes it"
	tokenOwn           = "parameters cannot replace those that the authorization request has anyway"
	tokenOwnRequest    = "tokenParameters cannot replace those that the token request has anyway"
	tokenOneProvider   = "set either preset or custom"
	tokenTenant        = "tenantID is needed exactly when preset is azure"
	tokenOnePlace      = "set either issuer or tokenEndpoint"
	tokenPublished     = "authorizationEndpoint cannot be combined with issuer, which publishes it"
	tokenIssuerPlain   = "issuer must not have a query or fragment (RFC 8414 section 2)"
	tokenNoFragment    = "an endpoint must not have a fragment (RFC 6749 section 3.1)"
	tokenPlainQuery    = "the query of authorizationEndpoint must be name=value pairs with & between them, and names of letters, digits and . _ ~ -"
	tokenOwnQuery      = "authorizationEndpoint must not have parameters that the authorization request has anyway"
	tokenNobody        = "name users or groups; without authorizedBy nobody may authorize"
	tokenKeysDiffer    = "two keys have the same name"
	tokenNames         = "the name of a parameter has letters, digits and . _ -, and 64 characters at most"
	tokenFixedType     = "secret.template.type cannot be changed, set or removed later; create another OAuthToken instead"
	tokenAt            = "spec.provider.custom"
)

// ofClient is a token of an OAuthClient, and ofMachine one without a person.
func ofClient(more fields) fields {
	return merge(fields{"spec.clientRef.name": "app", "spec.provider": nil, "spec.clientID": nil, "spec.clientSecretRef": nil, "spec.clientAuthentication": nil}, more)
}

func ofMachine(more fields) fields {
	return merge(fields{"spec.grant": "client_credentials", "spec.authorizedBy": nil, "spec.prompt": nil, "spec.pkce": nil, "spec.parameters": nil, "spec.serverRef": nil}, more)
}

func ofPreset(name string, more fields) fields {
	return merge(fields{"spec.provider.custom": nil, "spec.provider.preset": name}, more)
}

func ofIssuer(more fields) fields {
	return merge(fields{tokenAt + ".tokenEndpoint": nil, tokenAt + ".authorizationEndpoint": nil, tokenAt + ".issuer": "https://id.example"}, more)
}

var tokenRules = func() examples {
	people := []any{"ada"}
	out := examples{
		"a name of 200 characters":            accept("", longName, fields{"metadata.name": strings.Repeat("a", 200)}),
		"a name of 201 characters":            refuse("", longName, fields{"metadata.name": strings.Repeat("a", 201)}),
		"a provider":                          accept("spec", tokenOneSource, nil),
		"an OAuthClient":                      accept("spec", tokenOneSource, ofClient(nil)),
		"an OAuthClient and a provider":       refuse("spec", tokenOneSource, fields{"spec.clientRef.name": "app"}),
		"neither":                             refuse("spec", tokenOneSource, fields{"spec.provider": nil}),
		"a provider with a client ID":         accept("spec", tokenClientID, nil),
		"a provider without a client ID":      refuse("spec", tokenClientID, fields{"spec.clientID": nil}),
		"an OAuthClient with a client ID":     refuse("spec", tokenClientID, ofClient(fields{"spec.clientID": "app"})),
		"an OAuthClient alone":                accept("spec", tokenOneSecret, ofClient(nil)),
		"an OAuthClient with a Secret":        refuse("spec", tokenOneSecret, fields{"spec.clientRef.name": "app", "spec.provider": nil, "spec.clientID": nil, "spec.clientAuthentication": nil}),
		"an OAuthClient without a method":     accept("spec", tokenOneMethod, ofClient(nil)),
		"an OAuthClient with a method":        refuse("spec", tokenOneMethod, ofClient(fields{"spec.clientAuthentication": "none"})),
		"a Secret":                            accept("spec", tokenSecretNeeded, fields{"spec.clientAuthentication": nil}),
		"a public client":                     accept("spec", tokenSecretNeeded, fields{"spec.clientAuthentication": "none", "spec.clientSecretRef": nil}),
		"a client without a Secret":           refuse("spec", tokenSecretNeeded, fields{"spec.clientSecretRef": nil}),
		"a public client with a Secret":       refuse("spec", tokenSecretNeeded, fields{"spec.clientAuthentication": "none"}),
		"people who authorize":                accept("spec", tokenAuthorizedBy, nil),
		"people who authorize a machine":      refuse("spec", tokenAuthorizedBy, ofMachine(fields{"spec.authorizedBy": map[string]any{"users": people}})),
		"a prompt for people":                 accept("spec", tokenPrompt, nil),
		"a prompt for machines":               refuse("spec", tokenPrompt, ofMachine(fields{"spec.prompt": "consent"})),
		"PKCE for people":                     accept("spec", tokenPKCE, nil),
		"PKCE for machines":                   refuse("spec", tokenPKCE, ofMachine(fields{"spec.pkce": "Required"})),
		"parameters for people":               accept("spec", tokenParameters, nil),
		"parameters for machines":             refuse("spec", tokenParameters, ofMachine(fields{"spec.parameters": map[string]any{"a": "b"}})),
		"a server for people":                 accept("spec", tokenServer, nil),
		"a server for machines":               refuse("spec", tokenServer, ofMachine(fields{"spec.serverRef": map[string]any{"name": "default"}})),
		"a machine that authenticates":        accept("spec", tokenPublicMachine, ofMachine(nil)),
		"a machine that does not":             refuse("spec", tokenPublicMachine, ofMachine(fields{"spec.clientAuthentication": "none", "spec.clientSecretRef": nil})),
		"a machine at azure":                  accept("spec", tokenNoMachines, ofMachine(fields{"spec.provider": map[string]any{"preset": "azure", "tenantID": "contoso.example"}})),
		"a machine at google":                 refuse("spec", tokenNoMachines, ofMachine(ofPreset("google", nil))),
		"a machine at github":                 refuse("spec", tokenNoMachines, ofMachine(ofPreset("github", nil))),
		"an issuer for people":                accept("spec", tokenEndpoint, ofIssuer(nil)),
		"endpoints for people":                accept("spec", tokenEndpoint, nil),
		"a token endpoint for machines":       accept("spec", tokenEndpoint, ofMachine(fields{tokenAt + ".authorizationEndpoint": nil})),
		"a token endpoint for people":         refuse("spec", tokenEndpoint, fields{tokenAt + ".authorizationEndpoint": nil}),
		"parameters of their own":             accept("spec", tokenOwn, nil),
		"token parameters of their own":       accept("spec", tokenOwnRequest, nil),
		"a preset":                            accept("spec.provider", tokenOneProvider, ofPreset("google", nil)),
		"a preset and a custom provider":      refuse("spec.provider", tokenOneProvider, fields{"spec.provider.preset": "google"}),
		"neither preset nor custom":           refuse("spec.provider", tokenOneProvider, fields{"spec.provider": map[string]any{}}),
		"azure with a tenant":                 accept("spec.provider", tokenTenant, ofPreset("azure", fields{"spec.provider.tenantID": "common"})),
		"azure without a tenant":              refuse("spec.provider", tokenTenant, ofPreset("azure", nil)),
		"github with a tenant":                refuse("spec.provider", tokenTenant, ofPreset("github", fields{"spec.provider.tenantID": "common"})),
		"an issuer":                           accept(tokenAt, tokenOnePlace, ofIssuer(nil)),
		"an issuer and a token endpoint":      refuse(tokenAt, tokenOnePlace, fields{tokenAt + ".issuer": "https://id.example"}),
		"an authorization endpoint alone":     refuse(tokenAt, tokenOnePlace, fields{tokenAt + ".tokenEndpoint": nil}),
		"an issuer that publishes":            accept(tokenAt, tokenPublished, ofIssuer(nil)),
		"an issuer that publishes in vain":    refuse(tokenAt, tokenPublished, ofIssuer(fields{tokenAt + ".authorizationEndpoint": "https://id.example/a"})),
		"an issuer with a path":               accept(tokenAt, tokenIssuerPlain, ofIssuer(fields{tokenAt + ".issuer": "https://id.example/a/"})),
		"an issuer with a query":              refuse(tokenAt, tokenIssuerPlain, ofIssuer(fields{tokenAt + ".issuer": "https://id.example/?a"})),
		"an issuer with a fragment":           refuse(tokenAt, tokenIssuerPlain, ofIssuer(fields{tokenAt + ".issuer": "https://id.example/#a"})),
		"an endpoint with a query":            accept(tokenAt, tokenNoFragment, fields{tokenAt + ".tokenEndpoint": "https://id.example/?a"}),
		"a token endpoint with a fragment":    refuse(tokenAt, tokenNoFragment, fields{tokenAt + ".tokenEndpoint": "https://id.example/#a"}),
		"an authorization endpoint with one":  refuse(tokenAt, tokenNoFragment, fields{tokenAt + ".authorizationEndpoint": "https://id.example/#a"}),
		"an authorization endpoint's query":   accept(tokenAt, tokenPlainQuery, fields{tokenAt + ".authorizationEndpoint": "https://id.example/a?p=b2c%201&q=r?s=t"}),
		"an authorization endpoint's policy":  accept(tokenAt, tokenOwnQuery, fields{tokenAt + ".authorizationEndpoint": "https://id.example/a?p=scope"}),
		"users alone":                         accept("spec.authorizedBy", tokenNobody, fields{"spec.authorizedBy": map[string]any{"users": people}}),
		"groups alone":                        accept("spec.authorizedBy", tokenNobody, fields{"spec.authorizedBy": map[string]any{"groups": people}}),
		"nobody":                              refuse("spec.authorizedBy", tokenNobody, fields{"spec.authorizedBy": map[string]any{}}),
		"an empty list of users":              refuse("spec.authorizedBy", tokenNobody, fields{"spec.authorizedBy": map[string]any{"users": []any{}}}),
		"keys of the token that differ":       accept("spec.secret.keys", tokenKeysDiffer, nil),
		"two keys of the token with one name": refuse("spec.secret.keys", tokenKeysDiffer, fields{"spec.secret.keys.scope": "TYPE"}),
		"a key like the default":              refuse("spec.secret.keys", tokenKeysDiffer, fields{"spec.secret.keys": map[string]any{"expiresAt": "access_token"}}),
		"a template of a token that is fine":  accept("spec.secret.template", largeTemplate, template(8192, 4096, 4096)),
		"a template of a token that is large": refuse("spec.secret.template", largeTemplate, template(8192, 4096, 4097)),
	}
	for _, name := range []string{"client_id", "response_type", "redirect_uri", "state", "scope", "prompt", "code_challenge", "request", "request_uri", "response_mode", "nonce"} {
		out["the authorization parameter "+name] = refuse("spec", tokenOwn, fields{"spec.parameters": map[string]any{name: "x"}})
		out["the authorization parameter, in capitals, "+name] = refuse("spec", tokenOwn, fields{"spec.parameters": map[string]any{strings.ToUpper(name): "x"}})
		out["an authorization endpoint with "+name] = refuse(tokenAt, tokenOwnQuery, fields{tokenAt + ".authorizationEndpoint": "https://id.example/a?b=c&" + strings.ToUpper(name[:1]) + name[1:] + "=x"})
	}
	for _, name := range []string{"grant_type", "client_id", "client_secret", "client_assertion", "code", "code_verifier", "redirect_uri", "refresh_token", "scope", "username", "password", "assertion"} {
		out["the token parameter "+name] = refuse("spec", tokenOwnRequest, fields{"spec.tokenParameters": map[string]any{name: "x"}})
		out["the token parameter, in capitals, "+name] = refuse("spec", tokenOwnRequest, fields{"spec.tokenParameters": map[string]any{strings.ToUpper(name): "x"}})
	}
	for _, query := range []string{"scop%65=x", "a=b;scope=x", "scope[]=x", "scope", "a=b&&c=d", "=x"} {
		out["an authorization endpoint with the query "+query] = refuse(tokenAt, tokenPlainQuery, fields{tokenAt + ".authorizationEndpoint": "https://id.example/a?" + query})
	}
	for _, at := range []string{"spec.parameters", "spec.tokenParameters"} {
		out[at+" with usual names"] = accept(at, tokenNames, fields{at: map[string]any{"access_type": "a", "x.y-z": "b", strings.Repeat("a", 64): "c"}})
		for _, name := range []string{"", "a b", "ä", "a&b", "a=b", strings.Repeat("a", 65)} {
			out[fmt.Sprintf("%s with the name %q", at, name)] = refuse(at, tokenNames, fields{at: map[string]any{name: "x"}})
		}
	}
	return out
}()

var tokenTexts = merged(
	textExamples(
		text{at: "spec.clientID", min: 1, max: 512, good: []string{"a", "reports at work", "a:b/c"}, bad: []string{"a\n", "ä", "\u202e"}},
		text{at: "spec.scopes[]", min: 1, max: 256, good: []string{"https://crm.example/.default", "a:b"}, bad: []string{"a b", "a\"b", "a\\b", "é"}},
		text{at: "spec.serverRef.name", min: 1, max: 253}, text{at: "spec.serverRef.namespace", min: 1, max: 63},
		words("spec.authorizedBy.users[]", 128), words("spec.authorizedBy.groups[]", 128),
		text{at: "spec.secret.name", min: 1, max: 253, good: []string{"a", "a.b-c"}, bad: []string{"A", "a_b", "a/b", "-a", "a-", "a..b", "../a"}},
		text{at: "spec.clientSecretRef.name", min: 1, max: 253, good: []string{"a", "a.b-c"}, bad: []string{"A", "a_b", "a/b", "-a", "a-", "a..b", "../a"}},
		text{at: "spec.secret.template.type", min: 1, max: 128, good: []string{"Opaque", "example.com/a_b.c"}, bad: []string{"a b", "/a", "a/", "a\n"}},
	),
	ofEach(textExamples(text{at: "spec.clientRef.name", min: 1, max: 253}), ofClient),
	ofEach(textExamples(text{at: "spec.provider.tenantID", min: 1, max: 253, good: []string{"common", "contoso.example"}, bad: []string{"a/b", "../a", "a b", "-a", "ä"}}),
		func(more fields) fields { return ofPreset("azure", more) }),
	ofEach(enumExamples("spec.clientAuthentication", "client_secret_basic", "client_secret_post"), func(more fields) fields { return more }),
	ofEach(requiredExamples("spec.clientRef.name"), ofClient),
	requiredExamples("spec", "spec.grant", "spec.clientSecretRef.name", "spec.clientSecretRef.key", "spec.serverRef.name"),
	enumExamples("spec.pkce", "Required", "Omit"), enumExamples("spec.prompt", "consent", "login", "select_account", "Omit"),
	enumExamples("spec.onExpiry", "Remove", "Keep"), enumExamples("spec.grant", "authorization_code"), enumExamples("spec.provider.preset", "google", "github").with(fields{tokenAt: nil}),
	typeExamples(templateTypes, []string{"Opaque", "example.com/x"}, []string{"kubernetes.io/service-account-token", "x.k8s.io/y", "helm.sh/release.v1"}),
	valueExamples("spec.secret.template.data", 8192), valueExamples("spec.secret.template.metadata.labels", 63), valueExamples("spec.secret.template.metadata.annotations", 4096),
	valueExamples("spec.parameters", 1024), valueExamples("spec.tokenParameters", 1024),
	tokenValues("spec.parameters"), tokenValues("spec.tokenParameters"),
	tokenKeyNames(), tokenURIs(tokenAt+".authorizationEndpoint", nil), tokenURIs(tokenAt+".tokenEndpoint", nil), tokenURIs(tokenAt+".issuer", ofIssuer),
)

// with adds changes to examples.
func (all examples) with(more fields) examples {
	return ofEach(all, func(change fields) fields { return merge(more, change) })
}

// ofEach changes the changes of examples.
func ofEach(all examples, change func(fields) fields) examples {
	out := maps.Clone(all)
	for name, e := range out {
		e.change = change(e.change)
		out[name] = e
	}
	return out
}

func tokenValues(at string) examples {
	return examples{
		at + " with any text":     accept(at+"{}", "pattern", fields{at + ".key": "a b ä"}),
		at + " with a line break": refuse(at+"{}", "pattern", fields{at + ".key": "a\nb"}),
	}
}

func tokenKeyNames() examples {
	out := examples{}
	for _, at := range []string{"spec.secret.keys.accessToken", "spec.secret.keys.tokenType", "spec.secret.keys.expiresAt", "spec.secret.keys.scope", "spec.clientSecretRef.key"} {
		out = merged(out, textExamples(text{at: at, min: 1, max: 253, good: []string{"a", "A-b_c.d", ".hidden"}, bad: []string{"a b", "a/b", "../a", "$a"}}))
		out[at+" with two dots later"] = accept(at, dottedKey, fields{at: "a..b"})
		out[at+" with two dots"] = refuse(at, dottedKey, fields{at: "..a"})
	}
	return out
}

func tokenURIs(at string, place func(fields) fields) examples {
	out := webURIExamples(at)
	for name, e := range out {
		if strings.Contains(name, "#") {
			delete(out, name)
			continue
		}
		if place != nil {
			e.change = place(e.change)
			out[name] = e
		}
	}
	const broken = "a percent sign must begin a percent-encoded octet such as %20 (RFC 3986 section 2.1)"
	for uri, refused := range map[string]bool{"https://id.example/%20": false, "https://id.example/%": true, "https://id.example/%2": true, "https://id.example/%zz": true} {
		change := fields{at: uri}
		if place != nil {
			change = place(change)
		}
		out[fmt.Sprintf("%s %q", at, uri)] = example{at: at, rule: broken, change: change, refused: refused}
	}
	return out
}

var tokenLists = merged(
	setExamples("spec.scopes", 64, numbered("scope%d")),
	setExamples("spec.authorizedBy.users", 64, numbered("user%d")), setExamples("spec.authorizedBy.groups", 64, numbered("group%d")),
)

var tokenStatus = merged(
	setExamples("status.conditions", 16, condition), listExamples("status.scopes", 64, numbered("scope%d")),
	timeExamples("status.authorizedAt", "status.expiresAt", "status.refreshedAt", "status.nextRefresh"),
)
