package schema

const (
	selectorAt        = "spec.namespaceSelector"
	selectorOperator  = "operator is In, NotIn, Exists or DoesNotExist"
	selectorValues    = "values are needed exactly when operator is In or NotIn"
	clientIDSeparator = "{namespace} needs a dot behind it, or nothing: namespaces may begin alike, such as team and team-b"
	reservedScheme    = "browsers or systems have a meaning of their own for this scheme"
	audienceSeparator = "{namespace} needs a separator behind it, such as a dot: namespaces may begin alike, such as team and team-b"
)

func expression(fields map[string]any) []any { return []any{fields} }

var policyRules = func() examples {
	const at = "spec.namespaceSelector.matchExpressions"
	out := examples{
		"a policy for all namespaces": accept(selectorAt, selectorOperator, fields{selectorAt: map[string]any{}}),
		"an operator in small letters": refuse(selectorAt, selectorOperator, fields{
			at: expression(map[string]any{"key": "a", "operator": "in", "values": []any{"b"}})}),
		"an operator that is not there": refuse(selectorAt, selectorOperator, fields{
			at: expression(map[string]any{"key": "a", "operator": "Gt", "values": []any{"1"}})}),
		"In without values":        refuse(selectorAt, selectorValues, fields{at: expression(map[string]any{"key": "a", "operator": "In"})}),
		"NotIn with empty values":  refuse(selectorAt, selectorValues, fields{at: expression(map[string]any{"key": "a", "operator": "NotIn", "values": []any{}})}),
		"Exists with values":       refuse(selectorAt, selectorValues, fields{at: expression(map[string]any{"key": "a", "operator": "Exists", "values": []any{"b"}})}),
		"DoesNotExist with values": refuse(selectorAt, selectorValues, fields{at: expression(map[string]any{"key": "a", "operator": "DoesNotExist", "values": []any{"b"}})}),
	}
	for _, operator := range []string{"In", "NotIn"} {
		out[operator+" with values"] = accept(selectorAt, selectorValues, fields{
			at: expression(map[string]any{"key": "a", "operator": operator, "values": []any{"b", ""}})})
	}
	for _, operator := range []string{"Exists", "DoesNotExist"} {
		out[operator+" without values"] = accept(selectorAt, selectorValues, fields{at: expression(map[string]any{"key": "a", "operator": operator})})
	}
	for _, id := range []string{"{namespace}", "grafana-{namespace}", "{namespace}.*", "a.{namespace}.b"} {
		out["client ID "+id] = accept("spec.clientIDs[]", clientIDSeparator, fields{"spec.clientIDs[]": id})
	}
	for _, id := range []string{"{namespace}*", "{namespace}-*", "{namespace}x", "{namespace}{namespace}", "a.{namespace}~", "{namespace}.{namespace}-b"} {
		out["client ID "+id] = refuse("spec.clientIDs[]", clientIDSeparator, fields{"spec.clientIDs[]": id})
	}
	for _, scheme := range append(reservedSchemes(), "https") {
		out["scheme "+scheme] = refuse("spec.redirectSchemes[]", reservedScheme, fields{"spec.redirectSchemes[]": scheme})
	}
	out["scheme oc"] = accept("spec.redirectSchemes[]", reservedScheme, fields{"spec.redirectSchemes[]": "oc"})
	for _, audience := range []string{"{namespace}", "{namespace}.*", "https://{namespace}.example/*", "urn:{namespace}:*", "https://api.example/{namespace}/*"} {
		out["audience "+audience] = accept("spec.audiences[]", audienceSeparator, fields{"spec.audiences[]": audience})
	}
	for _, audience := range []string{"{namespace}*", "{namespace}-*", "https://{namespace}x", "https://api.example/{namespace}*"} {
		out["audience "+audience] = refuse("spec.audiences[]", audienceSeparator, fields{"spec.audiences[]": audience})
	}
	return out
}()

var policyTexts = merged(
	textExamples(
		text{at: "spec.serverName", min: 1, max: 63},
		text{at: "spec.redirectHosts[]", min: 1, max: 253,
			good: []string{"*", "app.example", "*.example", "localhost", "127.0.0.1", "[::1]", "[2001:db8::1]", "{namespace}.example", "*.{namespace}.apps.example",
				"app-{namespace}.example", "under_score.example", "com.example.app:", "com.example.{namespace}:", "app"},
			bad: []string{"App.example", "app.example.", ".example", "*.", "**", "a.*", "*a.example", "a*.example", "*.*.example", "https://app.example", "app.example/", "app.example:443",
				"app.example:8080", "app:", "*:", "*.app:", "com.example.app:/", "{Namespace}.example", "{name}.example", "{namespace", "a b", "a\n", "\u00e4.example", "[::1", "[*]", "a..b"}},
		text{at: "spec.redirectSchemes[]", min: 2, max: 63, good: []string{"oc", "my-app", "a1+b"}, bad: []string{"com.example.app", "oc:", "OC", "1app", "o c", "o*", "\u00f6c", "oc\n"}},
		text{at: "spec.resourceHosts[]", min: 1, max: 253, good: []string{"*", "mcp.example", "*.{namespace}.apps.example"}, bad: []string{"*a", "https://mcp.example", "a b"}},
		text{at: "spec.startPageHosts[]", min: 1, max: 253, good: []string{"*", "wiki.example", "*.{namespace}.apps.example"}, bad: []string{"*a", "https://wiki.example", "a b"}},
		text{at: "spec.clientIDs[]", min: 1, max: 300,
			good: []string{"*", "grafana", "team.*", "{namespace}.*", "A.b_c~d-e", "https://agent.example/client.json", "https://agent.example/*"},
			bad:  []string{"https://*", "https://agent.example", "https://agent.example*", "https://*.example/*", "https://{namespace}.example/*", "http://agent.example/*", "a:b", "a b", "*a", "a*b", "**", "a.**", "a/b", "a\n", "{ns}.*", "\u00e9", "}"}},
		text{at: "spec.scopes[]", min: 1, max: 128, good: []string{"openid", "a:b", "*"}, bad: []string{"a b", "a\"b", "a\\b", "\u00e9"}},
		text{at: "spec.audiences[]", min: 1, max: 512,
			good: []string{"*", "https://api.example", "https://api.example/*", "{namespace}.*", "urn:a:b"},
			bad:  []string{"a b", "*a", "a*b", "a**", "\u00e9", "{x}", "}", "a\n"}},
	),
	requiredExamples("spec", selectorAt),
)

var policyLists = merged(
	setExamples("spec.redirectHosts", 64, numbered("app%d.example")),
	setExamples("spec.redirectSchemes", 64, numbered("app%d")),
	setExamples("spec.clientIDs", 64, numbered("app%d")),
	setExamples("spec.scopes", 128, numbered("scope%d")),
	setExamples("spec.audiences", 64, numbered("api%d")),
	setExamples("spec.resourceHosts", 64, numbered("app%d.example")),
	setExamples("spec.startPageHosts", 64, numbered("app%d.example")),
	atLeastOne("spec.startPageHosts", "spec.redirectHosts", "spec.redirectSchemes", "spec.clientIDs", "spec.scopes", "spec.audiences", "spec.resourceHosts", "spec.grantTypes", "spec.authenticationMethods", "spec.consent"),
	choices("spec.grantTypes", 16, "authorization_code", "refresh_token", "client_credentials"),
	choices("spec.authenticationMethods", 16, "client_secret_basic", "client_secret_post", "none"),
	choices("spec.consent", 3, "Remember", "Prompt", "Skip"),
	rangeExamples("spec.maximum.clientsPerNamespace", 0, 100_000),
	enumExamples("spec.require.profile", "FAPI2"),
	enumExamples("spec.require.minimumAssurance", "SecondFactor"),
	enumExamples("spec.require.binding", "DPoP", "Certificate", "Required"),
)

// atLeastOne are lists that are either unset or say something.
func atLeastOne(paths ...string) examples {
	out := examples{}
	for _, at := range paths {
		out[at+" with one item"] = accept(at, "minItems", nil)
		out[at+" without items"] = refuse(at, "minItems", fields{at: []any{}})
	}
	return out
}

// choices are sets of a few values that are known.
func choices(at string, most int, values ...string) examples {
	all, tooMany := []any{}, []any{}
	for _, value := range values {
		all = append(all, value)
	}
	for range most + 1 {
		tooMany = append(tooMany, values[0])
	}
	return merged(enumExamples(at+"[]", values...), examples{
		at + " with all there are":  accept(at, "maxItems", fields{at: all}),
		at + " with too many items": refuse(at, "maxItems", fields{at: tooMany}),
		at + " with two values":     accept(at, "duplicate", fields{at: all[:2]}),
		at + " with a value twice":  refuse(at, "duplicate", fields{at: []any{values[0], values[0]}}),
	})
}

var policyDurations = merged(
	secondsExamples("spec.maximum.accessTokenLifetime", "accessTokenLifetime must be between 1s and 24h", []string{"1s", "15m", "24h"}, []string{"0s", "24h1s", "25h"}),
	secondsExamples("spec.maximum.refreshTokenLifetime", "refreshTokenLifetime must be between 1s and 87600h", []string{"1s", "720h", "87600h"}, []string{"0s", "87600h1s"}),
	secondsExamples("spec.require.rotationInterval", "rotationInterval must be between 1s and 8760h", []string{"1s", "720h", "8760h"}, []string{"0s", "8760h1s"}),
	secondsExamples("spec.maximum.idTokenLifetime", "idTokenLifetime must be between 1s and 24h", []string{"1s", "5m", "24h"}, []string{"0s", "24h1s", "25h"}),
)

var policyStatus = merged(setExamples("status.conditions", 16, condition))
