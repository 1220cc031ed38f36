package schema

import "fmt"

const (
	identifierAt        = "spec.identifier"
	identifierForm      = "identifier must be an https URL with a lower-case host name and a path of letters, digits and . _ ~ -, without a slash at the end, such as https://mcp.example.com/tickets, or a name such as namespace.tickets"
	identifierSpelling  = "identifier must not name the default port 443 or contain the path segments . and .., which have another spelling"
	fixedIdentifier     = "identifier cannot be changed later; create another OAuthResource instead"
	fixedResourceServer = "serverRef cannot be changed, set or removed later; create another OAuthResource instead"
	scopeOfOpenID       = "name has a meaning of its own in OpenID Connect; choose another"
	resourceSelectorAt  = "spec.clients.namespaces"
	selectorSmall       = "selector has at most 16 labels and 16 expressions"
)

var resourceRules = func() examples {
	out := examples{
		"any namespace":        accept(resourceSelectorAt, selectorNeeded, fields{resourceSelectorAt: map[string]any{"from": "All"}}),
		"Selector without one": refuse(resourceSelectorAt, selectorNeeded, fields{resourceSelectorAt + ".selector": nil}),
		"a selector and Same":  refuse(resourceSelectorAt, selectorNeeded, fields{resourceSelectorAt + ".from": "Same"}),
		"a small selector":     accept(resourceSelectorAt, selectorSmall, nil),
		"too many labels": refuse(resourceSelectorAt, selectorSmall, fields{resourceSelectorAt + ".selector.matchLabels": func() map[string]any {
			out := map[string]any{}
			for i := range 17 {
				out[fmt.Sprintf("a%d", i)] = "b"
			}
			return out
		}()}),
		"too many expressions": refuse(resourceSelectorAt, selectorSmall, fields{resourceSelectorAt + ".selector.matchExpressions": items(17, func(int) any {
			return map[string]any{"key": "a", "operator": "Exists"}
		})}),
		"identifier not empty":    accept(identifierAt, "minLength", nil),
		"identifier empty":        refuse(identifierAt, "minLength", fields{identifierAt: ""}),
		"a scope of the resource": accept("spec.scopes[]", scopeOfOpenID, nil),
	}
	for _, scope := range []string{"openid", "offline_access", "profile", "email", "address", "phone", "groups"} {
		out["scope "+scope] = refuse("spec.scopes[]", scopeOfOpenID, fields{"spec.scopes": []any{map[string]any{"name": scope}}})
	}
	for _, good := range []string{
		"https://mcp.example.com", "https://mcp.example.com/tickets", "https://mcp.example.com:8443/Tickets/v1.0_a~b-c", "https://a-b.xn--nxasmq6b.example/...", "support.tickets", "a.B_c~d-e.f",
	} {
		out[fmt.Sprintf("identifier %q", good)] = accept(identifierAt, identifierForm, fields{identifierAt: good})
	}
	for _, bad := range []string{
		"HTTPS://mcp.example.com", "https://MCP.example.com", "https://mcp.example.com/", "https://mcp.example.com/a/", "https://mcp.example.com//a", "https://mcp.example.com/%61",
		"https://mcp.example.com?x", "https://mcp.example.com/a?x", "https://mcp.example.com#x", "https://u@mcp.example.com", "https://u:p@mcp.example.com", "http://mcp.example.com",
		"https://mcp", "https://localhost", "https://mcp.example.com.", "https://.example.com", "https://mcp..example.com", "https://mcp_a.example.com", "https://-a.example.com", "https://[::1]",
		"https://mcp.example.com:0", "https://mcp.example.com:65536", "https://mcp.example.com:", "https://*.example.com", "https://mcp.ex\u0430mple.com", "https://mcp.example\u3002com",
		"https://mcp.example.com/a b", "https://mcp.example.com/a\n", "mcp.example.com/a", "support", "support.", ".support", "Support.tickets", "support tickets", "support.t\u00e4", "*", "urn:a:b",
	} {
		out[fmt.Sprintf("identifier %q", bad)] = refuse(identifierAt, identifierForm, fields{identifierAt: bad})
	}
	for _, good := range []string{"https://mcp.example.com:4430", "https://mcp.example.com:8443", "https://mcp.example.com/.well", "https://mcp.example.com/a..b"} {
		out[fmt.Sprintf("spelling %q", good)] = accept(identifierAt, identifierSpelling, fields{identifierAt: good})
	}
	for _, bad := range []string{"https://mcp.example.com:443", "https://mcp.example.com:443/a", "https://mcp.example.com/.", "https://mcp.example.com/a/../b", "https://mcp.example.com/./b"} {
		out[fmt.Sprintf("spelling %q", bad)] = refuse(identifierAt, identifierSpelling, fields{identifierAt: bad})
	}
	return out
}()

var resourceTexts = merged(
	textExamples(
		text{at: identifierAt, max: 256, prefix: "https://mcp.example.com/"},
		words("spec.displayName", 128),
		text{at: "spec.scopes[].name", min: 1, max: 128, good: []string{"tickets.read", "a:b", "mcp/tools"}, bad: []string{"a b", "a\"b", "a\\b", "\u00e9"}},
		text{at: "spec.scopes[].description", max: 256, good: []string{"", "Read your data"}, bad: []string{"a\nb", "a\u202eb", "a\x00b"}},
		words("spec.access.groups[]", 128), words("spec.access.users[]", 128),
		text{at: "spec.introspectors[]", min: 1, max: 300, good: []string{"a", "team.api"}, bad: []string{"a:b", "a b", "-a", "a-", "\u00e9"}},
		text{at: "spec.serverRef.name", min: 1, max: 253}, text{at: "spec.serverRef.namespace", min: 1, max: 63},
	),
	enumExamples("spec.clients.namespaces.from", "Selector"),
	enumExamples("spec.discovery", "Unlisted", "Listed"), enumExamples("spec.clients.workloads", "Deny", "Allow"), enumExamples("spec.clients.metadataDocuments", "Deny", "Allow"),
	enumExamples("spec.clients.registered", "Deny", "Allow"),
	enumExamples("spec.tokens.binding", "IfProved", "DPoP", "Certificate", "Required"),
	lifetimeExamples("spec.tokens.lifetime"),
	requiredExamples("spec", identifierAt, "spec.scopes[].name", "spec.serverRef.name"),
)

var resourceLists = merged(
	setExamples("spec.scopes", 32, func(i int) any { return map[string]any{"name": fmt.Sprintf("scope%d", i)} }),
	setExamples("spec.access.groups", 64, numbered("group%d")), setExamples("spec.access.users", 64, numbered("user%d")),
	setExamples("spec.introspectors", 16, numbered("app%d")),
)

var resourceStatus = setExamples("status.conditions", 16, condition)
