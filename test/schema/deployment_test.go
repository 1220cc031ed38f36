package schema

import (
	"fmt"
	"maps"
	"strings"
)

const (
	deployedServerName = "with deployment metadata.name must be a label of at most 57 characters that begins with a letter, so that a Service can be named after it"
	oneExposure        = "exactly one of ingress and gateway is needed"
	needsDeployment    = "tls and exposure are about what the operator deploys, so they need deployment"
	needsTLS           = "clientCertificates needs deployment, and tls or header: certificates of clients are seen where TLS ends"
	needsProxies       = "clientCertificates.header needs http.trustedProxies: from any other program the header is ignored"
	anotherHost        = "clientCertificates.host must not be the host of the issuer, where browsers would be asked for certificates"
	mountNeeds         = "outbound.caRef and sessions.kubeconfigRef are mounted into what the operator deploys, so they need deployment"
)

// undeployed takes away what only a server that is deployed has.
func undeployed(change fields) fields {
	out := fields{
		"spec.deployment": nil, "spec.tls": nil, "spec.exposure": nil, "spec.clientCertificates": nil, "spec.outbound.caRef": nil, "spec.sessions.kubeconfigRef": nil,
	}
	maps.Copy(out, change)
	return out
}

var byTLS, byHeader = map[string]any{"host": "mtls.example"}, map[string]any{"host": "mtls.example", "header": map[string]any{"name": "Client-Cert", "format": "RFC9440"}}

var tlsSecret, tlsName = map[string]any{"secretName": "auth-tls"}, map[string]any{"name": "auth-tls"}

var serverDeployment = merged(
	deployedNames(),
	examples{
		"nothing that is deployed":   accept("spec", needsDeployment, undeployed(nil)),
		"tls and exposure with it":   accept("spec", needsDeployment, nil),
		"tls without deployment":     refuse("spec", needsDeployment, undeployed(fields{"spec.tls": tlsSecret})),
		"exposure with nothing else": refuse("spec", needsDeployment, undeployed(fields{"spec.exposure": map[string]any{"ingress": map[string]any{}}})),

		"certificates of clients with tls":          accept("spec", needsTLS, nil),
		"certificates of clients of no authority":   accept("spec", needsTLS, fields{"spec.clientCertificates": byTLS}),
		"certificates of clients in a header":       accept("spec", needsTLS, fields{"spec.tls": nil, "spec.clientCertificates": byHeader}),
		"a header without deployment":               refuse("spec", needsTLS, undeployed(fields{"spec.clientCertificates": byHeader})),
		"a header of trusted proxies":               accept("spec", needsProxies, fields{"spec.clientCertificates": byHeader}),
		"a header without http":                     refuse("spec", needsProxies, fields{"spec.clientCertificates": byHeader, "spec.http": nil}),
		"a header of no proxies":                    refuse("spec", needsProxies, fields{"spec.clientCertificates": byHeader, "spec.http.trustedProxies": []any{}}),
		"no header and no proxies":                  accept("spec", needsProxies, fields{"spec.clientCertificates": byTLS, "spec.http": nil}),
		"clients at another host":                   accept("spec", anotherHost, fields{"spec.clientCertificates.host": "mtls.id.example"}),
		"clients at a host with the same beginning": accept("spec", anotherHost, fields{"spec.clientCertificates.host": "id.exampl"}),
		"clients at another port of the host":       accept("spec", anotherHost, fields{"spec.clientCertificates.host": "id.example:8444"}),
		"clients at the host of the issuer":         refuse("spec", anotherHost, fields{"spec.clientCertificates.host": "id.example"}),
		"clients there in another case":             refuse("spec", anotherHost, fields{"spec.clientCertificates.host": "ID.example"}),
		"clients there with the default port":       refuse("spec", anotherHost, fields{"spec.clientCertificates.host": "id.example:443"}),
		"clients there, and the issuer's port":      refuse("spec", anotherHost, fields{"spec.clientCertificates.host": "id.example", "spec.issuer": "https://Id.example:443/a"}),
		"clients at a port that begins with 443":    accept("spec", anotherHost, fields{"spec.clientCertificates.host": "id.example:4430"}),
		"no certificates of clients":                accept("spec", needsTLS, fields{"spec.clientCertificates": nil, "spec.tls": nil}),
		"certificates of clients without tls":       refuse("spec", needsTLS, fields{"spec.tls": nil, "spec.clientCertificates.header": nil}),
		"none of an authority, and without tls":     refuse("spec", needsTLS, fields{"spec.tls": nil, "spec.clientCertificates": byTLS}),
		"Secrets that are mounted with deployment":  accept("spec", mountNeeds, nil),
		"networks without deployment":               accept("spec", mountNeeds, undeployed(nil)),
		"an authority without deployment":           refuse("spec", mountNeeds, undeployed(fields{"spec.outbound.caRef": tlsName})),
		"a kubeconfig without deployment":           refuse("spec", mountNeeds, undeployed(fields{"spec.sessions.kubeconfigRef": tlsName})),
	},
	textExamples(
		text{at: "spec.deployment.image", min: 1, max: 512, good: []string{"grantor", "localhost:5000/a/b:v1", "a@sha256:0123"}, bad: []string{"a b", "-a", "a\n", "a=b"}},
		text{at: "spec.deployment.patches[].patch", min: 1, max: 16384, fill: " "},
		text{at: "spec.deployment.patches[].target.group", max: 253, good: []string{"", "apps"}, bad: []string{"A", ".*$|"}},
		text{at: "spec.deployment.patches[].target.version", max: 63, good: []string{"", "v1"}, bad: []string{"V1", "v.1"}},
		text{at: "spec.deployment.patches[].target.kind", min: 1, max: 63, good: []string{"Service"}, bad: []string{"Service|Role", "a.b"}},
		text{at: "spec.deployment.patches[].target.name", max: 253, good: []string{"", "default-oauth"}, bad: []string{"default|other", "A"}},
	),
	namesOfObjects("spec.tls.secretName", 1), namesOfObjects("spec.exposure.ingress.className", 0),
	namesOfObjects("spec.exposure.ingress.host", 0), namesOfObjects("spec.exposure.ingress.tlsSecretName", 0),
	textExamples(
		text{at: "spec.clientCertificates.host", min: 1, max: 259, good: []string{"a", "mtls.example.com:8444", "192.0.2.7", "[2001:db8::7]:443"}, bad: []string{"https://a", "a/b", "a:0", "a:", "-a", "a b", "a\n", "a@b"}},
		text{at: "spec.clientCertificates.header.name", min: 1, max: 64, good: []string{"Client-Cert", "x"}, bad: []string{"X_Cert", "-x", "x-", "a b", "a:"}},
	),
	enumExamples("spec.clientCertificates.header.format", "RFC9440", "XFCC", "PEM", "DER"),
	namesOfObjects("spec.clientCertificates.caRef.name", 1), namesOfObjects("spec.outbound.caRef.name", 1),
	namesOfObjects("spec.sessions.kubeconfigRef.name", 1),
	requiredExamples("spec.clientCertificates.caRef.name", "spec.clientCertificates.host", "spec.clientCertificates.header.name", "spec.clientCertificates.header.format", "spec.outbound.caRef.name", "spec.sessions.kubeconfigRef.name"),
	rangeExamples("spec.deployment.replicas", 0, 100),
	quantityExamples("spec.deployment.resources.requests"), quantityExamples("spec.deployment.resources.limits"),
	serverGateway,
	requiredExamples("spec.tls.secretName", "spec.deployment.patches[].patch", "spec.deployment.patches[].target",
		"spec.deployment.patches[].target.kind"),
	listExamples("spec.deployment.patches", 16, func(i int) any {
		return map[string]any{"target": map[string]any{"kind": "Service"}, "patch": fmt.Sprint(i)}
	}),
	requiredExamples("status.replicas.desired", "status.replicas.ready", "status.internal.token", "status.internal.introspection", "status.internal.jwks", "status.inventory[].kind", "status.inventory[].name"),
	textExamples(text{at: "status.certificateAuthorities", max: 65536}),
	setExamples("status.inventory", 64, func(i int) any { return map[string]any{"kind": "Service", "name": numbered("s%d")(i)} }),
)

func deployedNames() examples {
	out := examples{}
	for _, name := range []string{"a", "a-1", strings.Repeat("a", 57)} {
		out["a deployed server "+name] = accept("", deployedServerName, fields{"metadata.name": name})
	}
	for _, name := range []string{"1a", "a.b", strings.Repeat("a", 58)} {
		out["a deployed server "+name] = refuse("", deployedServerName, fields{"metadata.name": name})
	}
	for _, name := range []string{"1a", "a.b", strings.Repeat("a", 63)} {
		out["a server that is not deployed "+name] = accept("", deployedServerName, undeployed(fields{"metadata.name": name}))
	}
	return out
}

func namesOfObjects(at string, least int) examples {
	return textExamples(text{at: at, min: least, max: 253, good: []string{"a", "a-1.b"}, bad: []string{"-a", "a.", "A", "a/b", "a\n"}})
}

// quantityExamples are those of a map of quantities.
func quantityExamples(at string) examples {
	out := examples{
		at + " as long as allowed": accept(at+"{}", "maxLength", fields{at + ".key": strings.Repeat("1", 12) + ".123Ki"}),
		at + " too long":           refuse(at+"{}", "maxLength", fields{at + ".key": strings.Repeat("1", 19)}),
	}
	for _, value := range []string{"1", "0", "100m", "1.5Gi"} {
		out[fmt.Sprintf("%s %q", at, value)] = accept(at+"{}", "pattern", fields{at + ".key": value})
	}
	for _, value := range []string{"", "1 Gi", "much", "1\n", "-1", "1.", "1e3", "1e1.5", "1e-999999999", "1E"} {
		out[fmt.Sprintf("%s %q", at, value)] = refuse(at+"{}", "pattern", fields{at + ".key": value})
	}
	return out
}
