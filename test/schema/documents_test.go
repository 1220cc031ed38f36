package schema

import (
	"fmt"
	"strings"
)

const (
	documentsAt    = "spec.clientMetadataDocuments"
	documentHosts  = "clientMetadataDocuments needs hosts, unless others is AfterSignIn"
	documentName   = "a host must be a name, not an IP address"
	documentPort   = "the port of a host must not be 443, which is left out, or above 65535"
	documentNoStar = "audiences must be names; * is only for the catalogue"
)

var serverDocuments = merged(
	documentHostExamples(),
	enumExamples(documentsAt+".others", "Deny", "AfterSignIn"),
	rangeExamples(documentsAt+".maxDocuments", 2, 10_000),
	setExamples(documentsAt+".scopes", 128, func(i int) any { return fmt.Sprintf("scope%d", i) }),
	setExamples(documentsAt+".audiences", 128, func(i int) any { return fmt.Sprintf("api%d", i) }),
	examples{
		"documents of a host":               accept(documentsAt, documentHosts, nil),
		"documents of all hosts":            accept(documentsAt, documentHosts, fields{documentsAt: map[string]any{"others": "AfterSignIn"}}),
		"documents of no host":              refuse(documentsAt, documentHosts, fields{documentsAt: map[string]any{}}),
		"documents of an empty list":        refuse(documentsAt, documentHosts, fields{documentsAt + ".hosts": []any{}}),
		"documents of no host, others not":  refuse(documentsAt, documentHosts, fields{documentsAt: map[string]any{"others": "Deny"}}),
		"an audience of documents":          accept(documentsAt+".audiences", documentNoStar, fields{documentsAt + ".audiences": []any{"api"}}),
		"every audience for documents":      refuse(documentsAt+".audiences", documentNoStar, fields{documentsAt + ".audiences": []any{"api", "*"}}),
		"a scope of documents, as long as":  accept(documentsAt+".scopes[]", "maxLength", fields{documentsAt + ".scopes": []any{strings.Repeat("a", 128)}}),
		"a scope of documents, longer":      refuse(documentsAt+".scopes[]", "maxLength", fields{documentsAt + ".scopes": []any{strings.Repeat("a", 129)}}),
		"a scope of documents, empty":       refuse(documentsAt+".scopes[]", "minLength", fields{documentsAt + ".scopes": []any{""}}),
		"a scope of documents, short":       accept(documentsAt+".scopes[]", "minLength", fields{documentsAt + ".scopes": []any{"a"}}),
		"a scope of documents":              accept(documentsAt+".scopes[]", "pattern", fields{documentsAt + ".scopes": []any{"a:b"}}),
		"a scope of documents with a space": refuse(documentsAt+".scopes[]", "pattern", fields{documentsAt + ".scopes": []any{"a b"}}),
		"an audience of documents, long":    accept(documentsAt+".audiences[]", "maxLength", fields{documentsAt + ".audiences": []any{strings.Repeat("a", 512)}}),
		"an audience of documents, longer":  refuse(documentsAt+".audiences[]", "maxLength", fields{documentsAt + ".audiences": []any{strings.Repeat("a", 513)}}),
		"an audience of documents, empty":   refuse(documentsAt+".audiences[]", "minLength", fields{documentsAt + ".audiences": []any{""}}),
		"an audience of documents, short":   accept(documentsAt+".audiences[]", "minLength", fields{documentsAt + ".audiences": []any{"a"}}),
		"an audience of documents, a URL":   accept(documentsAt+".audiences[]", "pattern", fields{documentsAt + ".audiences": []any{"https://mcp.example/a"}}),
		"an audience of documents, two":     refuse(documentsAt+".audiences[]", "pattern", fields{documentsAt + ".audiences": []any{"a b"}}),
	},
)

func documentHostExamples() examples {
	at, item := documentsAt+".hosts", documentsAt+".hosts[]"
	long := strings.Repeat("a.", 126) + "a"
	out := merged(setExamples(at, 64, func(i int) any { return fmt.Sprintf("host%d.example", i) }), examples{
		at + " as long as allowed":  accept(item, "maxLength", fields{at: []any{long}}),
		at + " too long":            refuse(item, "maxLength", fields{at: []any{"a" + long}}),
		at + " as short as allowed": accept(item, "minLength", fields{at: []any{"a"}}),
		at + " empty":               refuse(item, "minLength", fields{at: []any{""}}),
	})
	for _, host := range []string{"editor.example", "*.assistants.example", "localhost", "localhost:8443", "*.example:8443", "xn--mnchen-3ya.example", "a-b.example"} {
		out[fmt.Sprintf("%s %q", at, host)] = accept(item, "pattern", fields{at: []any{host}})
	}
	for _, host := range []string{
		"*", "*.", "*editor.example", "a.*.example", "Editor.example", "https://editor.example", "editor.example/", "editor.example.", ".editor.example", "a..b", "-a.example", "a-.example",
		"me@editor.example", "editor.example:", "editor.example:0", "editor.example:123456", "[::1]", "m\u00fcnchen.example", " editor.example", "editor.example\n", strings.Repeat("a", 64) + ".example",
	} {
		out[fmt.Sprintf("%s %q", at, host)] = refuse(item, "pattern", fields{at: []any{host}})
	}
	for _, host := range []string{"a1.example", "1.example", "0xa.example:1", "a0x1"} {
		out[fmt.Sprintf("%s %q", at, host)] = accept(item, documentName, fields{at: []any{host}})
	}
	for _, host := range []string{"192.0.2.1", "192.0.2.1:8443", "1", "*.1", "a.0x7f", "0x7f000001:1"} {
		out[fmt.Sprintf("%s %q", at, host)] = refuse(item, documentName, fields{at: []any{host}})
	}
	for _, host := range []string{"a.example:65535", "a.example:4430", "a.example:1443", "a.example:64999"} {
		out[fmt.Sprintf("%s %q", at, host)] = accept(item, documentPort, fields{at: []any{host}})
	}
	for _, host := range []string{"a.example:443", "*.example:443", "a.example:65536", "a.example:66000", "a.example:70000", "a.example:99999"} {
		out[fmt.Sprintf("%s %q", at, host)] = refuse(item, documentPort, fields{at: []any{host}})
	}
	return out
}
