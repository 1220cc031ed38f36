package schema

import "strings"

const (
	trustedAt      = "spec.trustedIssuers[]"
	trustedNeeds   = "a trusted issuer needs issuer, jwksURI or both"
	trustedURL     = "issuer must be an https URL without user information, query and fragment, because the keys are discovered there; otherwise set jwksURI"
	federatedAlone = "authentication.federated needs authentication.method private_key_jwt"
	starNeeds      = "a subject that ends in * needs claims, one of them in ownerClaims of the trusted issuer"
	claimLength    = "the name of a claim must have between 1 and 128 characters"
)

// serverTrust are the issuers that a server trusts.
var serverTrust = func() examples {
	at := func(name string) string { return trustedAt + "." + name }
	discovered := func(issuer string) fields { return fields{at("jwksURI"): nil, at("issuer"): issuer} }
	out := merged(
		textExamples(
			text{at: at("name"), min: 1, max: 63, good: []string{"github", "a.b-c", "0"}, bad: []string{"A", "a_b", "a/b", "-a", "a-", "a..b", "a\n", "*"}},
			text{at: at("issuer"), min: 1, max: 512, good: []string{"https://kubernetes.default.svc", "kubernetes/serviceaccount"}, bad: []string{"a b", "a\n", "\u00e9"}},
			text{at: at("jwksURI"), max: 2048, prefix: goodKeys, good: []string{goodKeys, "https://192.0.2.1/keys"},
				bad: []string{"", "http://app.example/keys", "https://user@app.example/keys", "https://app.example/keys#a", "file:///keys"}},
			text{at: at("ownerClaims[]"), min: 1, max: 128, good: []string{"repository_owner_id", "https://a.example/owner"}, bad: []string{"a b", "a\n", "\u00e9"}},
		),
		setExamples("spec.trustedIssuers", 64, func(i int) any { return map[string]any{"name": numbered("issuer%d")(i), "jwksURI": goodKeys} }),
		setExamples(at("ownerClaims"), 8, numbered("claim%d")), atLeastOne(at("ownerClaims")),
		enumExamples(at("namespaces.from"), "Selector"),
		requiredExamples(at("name")),
	)
	for name, e := range (examples{
		"keys with a percent-encoded octet":  accept(at("jwksURI"), percentSign, fields{at("jwksURI"): goodKeys + "/%20"}),
		"keys with a lonely percent sign":    refuse(at("jwksURI"), percentSign, fields{at("jwksURI"): goodKeys + "/%"}),
		"an issuer and its keys":             accept(trustedAt, trustedNeeds, nil),
		"keys of no issuer":                  accept(trustedAt, trustedNeeds, fields{at("issuer"): nil}),
		"neither an issuer nor keys":         refuse(trustedAt, trustedNeeds, fields{at("issuer"): nil, at("jwksURI"): nil}),
		"an issuer that is no URL, and keys": accept(trustedAt, trustedURL, fields{at("issuer"): "kubernetes"}),
		"namespaces with a selector":         accept(at("namespaces"), selectorNeeded, nil),
		"all namespaces":                     accept(at("namespaces"), selectorNeeded, fields{at("namespaces"): map[string]any{"from": "All"}}),
		"selected namespaces, by nothing":    refuse(at("namespaces"), selectorNeeded, fields{at("namespaces.selector"): nil}),
	}) {
		out["trusted issuer: "+name] = e
	}
	for _, url := range []string{"https://token.actions.githubusercontent.com", "https://oidc.eks.eu-west-1.amazonaws.com/id/5F1C", "https://gitlab.example:8443", "https://id.example/a/"} {
		out["discovered at "+url] = accept(trustedAt, trustedURL, discovered(url))
	}
	for _, url := range []string{"kubernetes", "http://id.example", "https://id.example?a", "https://id.example#a", "https://user@id.example", "https://", "HTTPS://id.example", "https://id.example/%2e"} {
		out["discovered at "+url] = refuse(trustedAt, trustedURL, discovered(url))
	}
	return out
}()

// clientFederated are the workloads elsewhere that can act as a client.
var clientFederated = func() examples {
	const at = "spec.authentication.federated"
	entry := map[string]any{"issuer": "github", "subject": "repo:acme/shop:ref:refs/heads/main", "claims": map[string]any{"repository_owner_id": "65"}}
	listed := func(list ...any) fields {
		return fields{"spec.secret.rotation": nil, "spec.authentication": map[string]any{"method": "private_key_jwt", "federated": append([]any{}, list...)}}
	}
	having := func(change fields) fields { return listed(with(entry, change)) }
	claim := func(name, value string) fields { return having(fields{"claims": map[string]any{name: value}}) }
	star := strings.Repeat("a", 511) + "*"
	out := examples{
		"a client of a workload elsewhere":             accept("spec.authentication", assertionNeeds, having(nil)),
		"a workload elsewhere and a ServiceAccount":    refuse("spec.authentication", assertionNeeds, both(having(nil))),
		"no workload elsewhere of one with a secret":   accept("spec.authentication", federatedAlone, nil),
		"a workload elsewhere of one with a secret":    refuse("spec.authentication", federatedAlone, fields{"spec.authentication": map[string]any{"federated": []any{entry}}}),
		"one workload elsewhere":                       accept(at, "minItems", having(nil)),
		"no workloads elsewhere":                       refuse(at, "minItems", listed()),
		"eight workloads elsewhere":                    accept(at, "maxItems", listed(items(8, func(int) any { return entry })...)),
		"nine workloads elsewhere":                     refuse(at, "maxItems", listed(items(9, func(int) any { return entry })...)),
		"a workload with an issuer":                    accept(at+"[].issuer", "required", having(nil)),
		"a workload without an issuer":                 refuse(at+"[].issuer", "required", having(fields{"issuer": nil})),
		"a workload with a subject":                    accept(at+"[].subject", "required", having(nil)),
		"a workload without a subject":                 refuse(at+"[].subject", "required", having(fields{"subject": nil})),
		"a workload with an exact subject":             accept(at+"[]", starNeeds, having(fields{"claims": nil})),
		"workloads with one beginning and a claim":     accept(at+"[]", starNeeds, having(fields{"subject": star})),
		"workloads with one beginning":                 refuse(at+"[]", starNeeds, having(fields{"subject": "repo:acme/*", "claims": nil})),
		"a claim with a name of 128 characters":        accept(at+"[].claims", claimLength, claim(strings.Repeat("a", 128), "a")),
		"a claim with a name of 129 characters":        refuse(at+"[].claims", claimLength, claim(strings.Repeat("a", 129), "a")),
		"a claim without a name":                       refuse(at+"[].claims", claimLength, claim("", "a")),
		"a claim with a value":                         accept(at+"[].claims{}", "minLength", claim("key", "a")),
		"a claim without a value":                      refuse(at+"[].claims{}", "minLength", claim("key", "")),
		"a claim with a value of 512 characters":       accept(at+"[].claims{}", "maxLength", claim("key", strings.Repeat("a", 512))),
		"a claim with a value of 513 characters":       refuse(at+"[].claims{}", "maxLength", claim("key", strings.Repeat("a", 513))),
		"a claim with a space":                         accept(at+"[].claims{}", "pattern", claim("key", "a b")),
		"a claim with a line break":                    refuse(at+"[].claims{}", "pattern", claim("key", "a\nb")),
		"a claim with a character that turns the text": refuse(at+"[].claims{}", "pattern", claim("key", "a\u202eb")),
	}
	for name, e := range textExamples(
		text{at: at + "[].issuer", min: 1, max: 63, good: []string{"github", "team.github"}, bad: []string{"GitHub", "a b", "https://github.com", "*"}},
		text{at: at + "[].subject", min: 1, max: 512, good: []string{"repo:acme/shop:*", "spiffe://a.example/b", "repo:acme/shop:environment:Gr\u00fcn 1"},
			bad: []string{"*", "a*b", "a**", "repo:*/shop:*", "a\n", "a\u202eb"}},
	) {
		e.change = having(fields{strings.TrimPrefix(e.at, at+"[]."): e.change[e.at]})
		out[name] = e
	}
	return out
}()

// both adds a ServiceAccount to a client.
func both(change fields) fields {
	authentication := with(change["spec.authentication"].(map[string]any), fields{"serviceAccounts": []any{map[string]any{"name": "app"}}})
	return merge(change, fields{"spec.authentication": authentication})
}

// policyFederated are the issuers that a policy allows.
var policyFederated = func() examples {
	const at = "spec.federatedIssuers"
	out := merged(
		textExamples(text{at: at + "[]", min: 1, max: 128, good: []string{"*", "github", "ci.*", "{namespace}.*"}, bad: []string{"A", "a*b", "**", "a b", "{ns}.*", "https://a", "a\n"}}),
		setExamples(at, 64, numbered("issuer%d")), atLeastOne(at),
	)
	for _, pattern := range []string{"{namespace}", "{namespace}.*", "ci.{namespace}"} {
		out["trusted issuer "+pattern] = accept(at+"[]", clientIDSeparator, fields{at + "[]": pattern})
	}
	for _, pattern := range []string{"{namespace}*", "{namespace}-*", "{namespace}a"} {
		out["trusted issuer "+pattern] = refuse(at+"[]", clientIDSeparator, fields{at + "[]": pattern})
	}
	return out
}()
