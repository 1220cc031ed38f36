package schema

import (
	"fmt"
	"strings"
)

const (
	registrationAt    = "spec.registration"
	anonymousAt       = registrationAt + ".anonymous"
	registeredIn      = registrationAt + ".namespaces[]"
	registerIn        = "an entry of registration.namespaces needs either name or selector"
	registerToken     = "tokens needs name: a token does not say which of the selected namespaces it is for"
	registerWho       = "an entry of registration.namespaces needs tokens, or serviceAccounts: Own"
	registerSelector  = "selector has at most 16 labels and 16 expressions"
	redirectHostName  = "a host must be a name, 127.0.0.1 or [::1]; no other IP address"
	redirectHostPort  = "the port of a host must not be 443, which is left out, or above 65535, and localhost has any port"
	anonymousAudience = "audiences must be names; * is only for the catalogue"
)

var serverRegistration = merged(
	registrationNamespaces(), redirectHostExamples(),
	enumExamples(anonymousAt+".mode", "Deny", "Sealed"),
	setExamples(anonymousAt+".scopes", 128, numbered("scope%d")),
	setExamples(anonymousAt+".audiences", 128, numbered("api%d")),
	textExamples(
		text{at: anonymousAt + ".scopes[]", min: 1, max: 128, good: []string{"a:b"}, bad: []string{"a b"}},
		text{at: anonymousAt + ".audiences[]", min: 1, max: 512, good: []string{"https://mcp.example/a"}, bad: []string{"a b"}},
	),
	hoursExamples(anonymousAt+".lifetime", "lifetime must be between 1h and 2160h", []string{"1h", "60m", "2160h"}, []string{"0s", "59m", "2160h1s"}),
	strictTimeExamples(anonymousAt+".notBefore"),
	rangeExamples(registrationAt+".limits.perNamespace", 1, 1000),
	examples{
		"an audience of clients that register":     accept(anonymousAt+".audiences", anonymousAudience, nil),
		"every audience for clients that register": refuse(anonymousAt+".audiences", anonymousAudience, fields{anonymousAt + ".audiences": []any{"api", "*"}}),
	},
)

// hoursExamples are those of secondsExamples for durations of which a second is too short.
func hoursExamples(at, span string, inside, outside []string) examples {
	out := secondsExamples(at, span, inside, outside)
	out[at+" as long as allowed"] = accept(at, "maxLength", fields{at: fmt.Sprintf("%031dh", 48)})
	return out
}

func registrationNamespaces() examples {
	at := func(name string) string { return registeredIn + "." + name }
	listed := func(entry map[string]any) fields { return fields{registrationAt + ".namespaces": []any{entry}} }
	tokens := map[string]any{"clients": []any{"ci.registrar"}}
	selector := map[string]any{"matchLabels": map[string]any{"team": "a"}}
	many := map[string]any{}
	for i := range 17 {
		many[fmt.Sprintf("l%d", i)] = "a"
	}
	return merged(
		textExamples(
			text{at: at("name"), min: 1, max: 63, good: []string{"apps", "a-1"}, bad: []string{"A", "a_b", "-a", "a-", "a.b", "a\n"}},
			text{at: at("tokens.clients[]"), min: 1, max: 300, good: []string{"a", "team.api"}, bad: []string{"a:b", "a b", "-a", "a-", "\u00e9"}},
		),
		setExamples(at("tokens.clients"), 32, numbered("client%d")), atLeastOne(at("tokens.clients")),
		requiredExamples(at("tokens.clients")),
		enumExamples(at("serviceAccounts"), "Deny", "Own"),
		examples{
			"32 entries of registration.namespaces":     accept(registrationAt+".namespaces", "maxItems", fields{registrationAt + ".namespaces": items(32, func(int) any { return map[string]any{"name": "a", "tokens": tokens} })}),
			"33 entries of registration.namespaces":     refuse(registrationAt+".namespaces", "maxItems", fields{registrationAt + ".namespaces": items(33, func(int) any { return map[string]any{"name": "a", "tokens": tokens} })}),
			"a namespace for registration":              accept(registeredIn, registerIn, nil),
			"selected namespaces for registration":      accept(registeredIn, registerIn, listed(map[string]any{"selector": selector, "serviceAccounts": "Own"})),
			"no namespace for registration":             refuse(registeredIn, registerIn, listed(map[string]any{"tokens": tokens})),
			"a namespace and selected ones":             refuse(registeredIn, registerIn, listed(map[string]any{"name": "a", "selector": selector, "serviceAccounts": "Own"})),
			"tokens for a namespace":                    accept(registeredIn, registerToken, listed(map[string]any{"name": "a", "tokens": tokens})),
			"tokens for selected namespaces":            refuse(registeredIn, registerToken, listed(map[string]any{"selector": selector, "tokens": tokens})),
			"ServiceAccounts of a namespace":            accept(registeredIn, registerWho, listed(map[string]any{"name": "a", "serviceAccounts": "Own"})),
			"nobody for a namespace":                    refuse(registeredIn, registerWho, listed(map[string]any{"name": "a"})),
			"no ServiceAccounts of selected namespaces": refuse(registeredIn, registerWho, listed(map[string]any{"selector": selector, "serviceAccounts": "Deny"})),
			"few labels for registration":               accept(registeredIn, registerSelector, listed(map[string]any{"selector": selector, "serviceAccounts": "Own"})),
			"17 labels for registration":                refuse(registeredIn, registerSelector, listed(map[string]any{"selector": map[string]any{"matchLabels": many}, "serviceAccounts": "Own"})),
		},
	)
}

func redirectHostExamples() examples {
	at, item := anonymousAt+".redirectHosts", anonymousAt+".redirectHosts[]"
	long := strings.Repeat("a.", 126) + "a"
	out := merged(setExamples(at, 64, numbered("host%d.example")), atLeastOne(at), examples{
		at + " as long as allowed":  accept(item, "maxLength", fields{at: []any{long}}),
		at + " too long":            refuse(item, "maxLength", fields{at: []any{"a" + long}}),
		at + " as short as allowed": accept(item, "minLength", fields{at: []any{"a"}}),
		at + " empty":               refuse(item, "minLength", fields{at: []any{""}}),
	})
	for _, host := range []string{"editor.example", "*.assistants.example", "localhost", "[::1]", "127.0.0.1", "*.example:8443"} {
		out[fmt.Sprintf("%s %q", at, host)] = accept(item, "pattern", fields{at: []any{host}})
	}
	for _, host := range []string{"*", "*.", "a.*.example", "Editor.example", "https://editor.example", "editor.example/", "[::2]", "[::1]:80", "me@editor.example", "a..b", "editor.example\n"} {
		out[fmt.Sprintf("%s %q", at, host)] = refuse(item, "pattern", fields{at: []any{host}})
	}
	for _, host := range []string{"127.0.0.1", "a1.example", "[::1]"} {
		out[fmt.Sprintf("%s %q as a name", at, host)] = accept(item, redirectHostName, fields{at: []any{host}})
	}
	for _, host := range []string{"192.0.2.1", "127.0.0.2", "127.0.0.1:80", "127.1", "0x7f000001", "*.1"} {
		out[fmt.Sprintf("%s %q as a name", at, host)] = refuse(item, redirectHostName, fields{at: []any{host}})
	}
	for _, host := range []string{"a.example:65535", "a.example:4430", "a.localhost:80"} {
		out[fmt.Sprintf("%s %q with a port", at, host)] = accept(item, redirectHostPort, fields{at: []any{host}})
	}
	for _, host := range []string{"a.example:443", "a.example:65536", "a.example:99999", "localhost:8080"} {
		out[fmt.Sprintf("%s %q with a port", at, host)] = refuse(item, redirectHostPort, fields{at: []any{host}})
	}
	return out
}
