package schema

import (
	"fmt"
	"maps"
	"strings"
)

const (
	largeTemplate   = "data and metadata.annotations must have at most 16384 characters together"
	intervalSpan    = "interval must be between 1s and 8760h"
	longOverlap     = "overlap, which is 1h unless it is set, must not be longer than interval, or more and more secrets authenticate"
	fromRotates     = "from cannot be combined with rotation.interval and rotation.requestedAt: the secret is replaced where it comes from"
	fromItself      = "spec.secret.from.name must not be the Secret that the operator writes, which is spec.secret.name or <name>-oauth"
	noneFrom        = "secret.from needs a client secret, which only authentication.method client_secret_basic and client_secret_post have"
	templateTypes   = "type must be Opaque or a type of your own; those of kubernetes.io, k8s.io and helm.sh mean something to other programs"
	derivedAlone    = "derived cannot be combined with name, rotation, from and template: there is no Secret"
	fixedDerived    = "secret.derived cannot be set or removed later; create another OAuthClient instead"
	fixedGeneration = "generation must not decrease: a former client secret would count again"
	fixedType       = "secret.template.type cannot be changed, set or removed later; create another OAuthClient instead"
)

// from is a source in place of rotation, which excludes it.
func from(more fields) fields {
	return merge(fields{"spec.secret.rotation": nil, "spec.secret.from.name": "source", "spec.secret.from.key": "password"}, more)
}

// fromExamples changes examples of fields of a source to whole sources.
func fromExamples(table examples) examples {
	out := examples{}
	for name, e := range table {
		e.change = from(e.change)
		out[name] = e
	}
	return out
}

// clientSecrets are where a client secret comes from, when it is replaced and what its
// Secret looks like.
var clientSecrets = merged(
	secondsExamples("spec.secret.rotation.interval", intervalSpan,
		[]string{"1s", "2s", "720h", "8760h", "525600m"}, []string{"0s", "0h", "8760h1s", "8761h"}),
	fromExamples(merged(
		textExamples(
			text{at: "spec.secret.from.name", min: 1, max: 253,
				good: []string{"a", "a.b-c", "0"},
				bad:  []string{"A", "a_b", "a/b", "-a", "a-", ".a", "a.", "a..b", "a b", "a\n", "../a", "other/source"}},
			text{at: "spec.secret.from.key", min: 1, max: 253,
				good: []string{"a", "A-b_c.d", ".hidden"},
				bad:  []string{"a b", "a/b", "../a", "a\n", "$a"}},
		),
		requiredExamples("spec.secret.from.name", "spec.secret.from.key"),
		examples{
			"a key of a source with two dots later": accept("spec.secret.from.key", dottedKey, fields{"spec.secret.from.key": "a..b"}),
			"a key of a source with two dots":       refuse("spec.secret.from.key", dottedKey, fields{"spec.secret.from.key": "..a"}),
			"a source alone":                        accept("spec.secret", fromRotates, nil),
			"a source with an overlap":              accept("spec.secret", fromRotates, fields{"spec.secret.rotation": map[string]any{"overlap": "5m"}}),
			"a source with an interval":             refuse("spec.secret", fromRotates, fields{"spec.secret.rotation": map[string]any{"interval": "720h"}}),
			"a source with a request": refuse("spec.secret", fromRotates, fields{
				"spec.secret.rotation": map[string]any{"requestedAt": "2026-01-02T03:04:05Z"}}),
			"a source beside the Secret": accept("", fromItself, fields{"spec.secret.name": nil, "spec.secret.from.name": "app"}),
			"the Secret as its source":   refuse("", fromItself, fields{"spec.secret.from.name": "app-credentials"}),
			"the default Secret as its source": refuse("", fromItself, fields{
				"spec.secret.name": nil, "spec.secret.from.name": "app-oauth"}),
			"the default name as a source of another name": accept("", fromItself, fields{"spec.secret.from.name": "app-oauth"}),
			"a confidential client with a source":          accept("spec", noneFrom, nil),
			"none with a source":                           refuse("spec", noneFrom, fields{"spec.authentication.method": "none"}),
		},
	)),
	textExamples(text{at: "spec.secret.template.type", min: 1, max: 128,
		good: []string{"Opaque", "servicebinding.io/oauth2", "example.com/a_b.c", "a"},
		bad:  []string{"a b", "/a", "a/", "a\n", "\u00e9", "a:b"}}),
	typeExamples(templateTypes,
		[]string{"Opaque", "servicebinding.io/oauth2", "notkubernetes.io/x", "kubernetes.iox/x", "kubernetes"},
		[]string{"kubernetes.io/service-account-token", "kubernetes.io/tls", "kubernetes.io/basic-auth", "kubernetes.io/dockerconfigjson",
			"bootstrap.kubernetes.io/token", "kubernetes.io", "x.k8s.io/y", "k8s.io/y", "helm.sh/release.v1"}),
	valueExamples("spec.secret.template.data", 8192),
	examples{
		"a template as large as allowed": accept("spec.secret.template", largeTemplate, template(8192, 4096, 4096)),
		"a template that is too large":   refuse("spec.secret.template", largeTemplate, template(8192, 4096, 4097)),
		"large annotations alone":        refuse("spec.secret.template", largeTemplate, template(4096, 4096, 4096, 4096, 1)),
	},
	valueExamples("spec.secret.template.metadata.labels", 63),
	valueExamples("spec.secret.template.metadata.annotations", 4096),
	examples{
		"a short overlap":                         accept("spec.secret.rotation", longOverlap, fields{"spec.secret.rotation": rotation("1m", "30s")}),
		"an overlap as long as the interval":      accept("spec.secret.rotation", longOverlap, fields{"spec.secret.rotation": rotation("60s", "1m")}),
		"an overlap longer than the interval":     refuse("spec.secret.rotation", longOverlap, fields{"spec.secret.rotation": rotation("1m", "61s")}),
		"the usual overlap with a long interval":  accept("spec.secret.rotation", longOverlap, fields{"spec.secret.rotation": map[string]any{"interval": "1h"}}),
		"the usual overlap with a short interval": refuse("spec.secret.rotation", longOverlap, fields{"spec.secret.rotation": map[string]any{"interval": "59m"}}),
		"an overlap without an interval":          accept("spec.secret.rotation", longOverlap, fields{"spec.secret.rotation": map[string]any{"overlap": "720h"}}),
	},
)

// derived is a secret that is stored nowhere, with more members of secret.
func derived(more map[string]any) fields {
	secret := map[string]any{"derived": map[string]any{"generation": int64(1)}}
	maps.Copy(secret, more)
	return fields{"spec.secret": secret}
}

func derivedAt(generation int64) fields {
	return derived(map[string]any{"derived": map[string]any{"generation": generation}})
}

// clientDerived are client secrets that are stored nowhere.
var clientDerived = examples{
	"a derived secret":                      accept("spec.secret", derivedAlone, derived(nil)),
	"a derived secret in a Secret":          refuse("spec.secret", derivedAlone, derived(map[string]any{"name": "app"})),
	"a derived secret that rotates":         refuse("spec.secret", derivedAlone, derived(map[string]any{"rotation": map[string]any{"overlap": "1h"}})),
	"the first derived secret":              accept("spec.secret.derived.generation", "minimum", derivedAt(1)),
	"a derived secret before the first":     refuse("spec.secret.derived.generation", "minimum", derivedAt(0)),
	"the last derived secret":               accept("spec.secret.derived.generation", "maximum", derivedAt(9007199254740991)),
	"a derived secret after the last":       refuse("spec.secret.derived.generation", "maximum", derivedAt(9007199254740992)),
	"a derived secret with a generation":    accept("spec.secret.derived.generation", "required", derived(nil)),
	"a derived secret without a generation": refuse("spec.secret.derived.generation", "required", fields{"spec.secret": map[string]any{"derived": map[string]any{}}}),
}

func rotation(interval, overlap string) map[string]any {
	return map[string]any{"interval": interval, "overlap": overlap}
}

// template is one with values of these sizes: data beyond 4096 characters, else annotations.
func template(sizes ...int) fields {
	data, annotations := map[string]any{}, map[string]any{}
	for i, size := range sizes {
		to := annotations
		if size > 4096 {
			to = data
		}
		to[fmt.Sprint("key-", i)] = strings.Repeat("a", size)
	}
	return fields{"spec.secret.template.data": data, "spec.secret.template.metadata.annotations": annotations}
}

// valueExamples are the bounds of the values of a map.
func valueExamples(at string, most int) examples {
	return examples{
		at + " with a value as long as allowed": accept(at+"{}", "maxLength", fields{at + ".key": strings.Repeat("a", most)}),
		at + " with a value that is too long":   refuse(at+"{}", "maxLength", fields{at + ".key": strings.Repeat("a", most+1)}),
	}
}

func typeExamples(rule string, good, bad []string) examples {
	const at = "spec.secret.template.type"
	out := examples{}
	for _, value := range good {
		out[fmt.Sprintf("%s may be %q", at, value)] = accept(at, rule, fields{at: value})
	}
	for _, value := range bad {
		out[fmt.Sprintf("%s must not be %q", at, value)] = refuse(at, rule, fields{at: value})
	}
	return out
}
