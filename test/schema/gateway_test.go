package schema

import "maps"

const gatewayAt = "spec.exposure.gateway"

var serverGateway = merged(
	examples{
		"an Ingress":             accept("spec.exposure", oneExposure, nil),
		"a Gateway":              accept("spec.exposure", oneExposure, fields{"spec.exposure.ingress": nil, gatewayAt + ".parentRefs[].name": "edge"}),
		"an Ingress and Gateway": refuse("spec.exposure", oneExposure, fields{gatewayAt + ".parentRefs[].name": "edge"}),
		"neither":                refuse("spec.exposure", oneExposure, fields{"spec.exposure.ingress": nil}),
	},
	throughGateway(merged(
		requiredExamples(gatewayAt+".parentRefs", gatewayAt+".parentRefs[].name"),
		examples{
			"one Gateway": accept(gatewayAt+".parentRefs", "minItems", nil),
			"no Gateway":  refuse(gatewayAt+".parentRefs", "minItems", fields{gatewayAt + ".parentRefs": []any{}}),
		},
		listExamples(gatewayAt+".parentRefs", 8, func(i int) any { return map[string]any{"name": numbered("g%d")(i)} }),
		setExamples(gatewayAt+".hostnames", 16, numbered("h%d.example")),
		namesOfObjects(gatewayAt+".parentRefs[].name", 1), namesOfObjects(gatewayAt+".parentRefs[].sectionName", 0),
		textExamples(
			text{at: gatewayAt + ".parentRefs[].namespace", max: 63, good: []string{"a", "a-1"}, bad: []string{"-a", "a.b", "A", "a\n"}},
			text{at: gatewayAt + ".hostnames[]", min: 1, max: 253, good: []string{"a", "a-1.b", "*.b"}, bad: []string{"-a", "a.", "A", "a/b", "a\n", "*", "a.*.b", "a..b"}},
		),
		rangeExamples(gatewayAt+".parentRefs[].port", 1, 65535),
	)),
)

// throughGateway exposes the server of each example by a Gateway.
func throughGateway(table examples) examples {
	out := examples{}
	for name, e := range table {
		change := fields{"spec.exposure.ingress": nil}
		if _, whole := e.change[gatewayAt+".parentRefs"]; !whole {
			change[gatewayAt+".parentRefs[].name"] = "edge"
		}
		maps.Copy(change, e.change)
		e.change = change
		out[name] = e
	}
	return out
}
