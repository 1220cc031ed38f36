package schema

import "fmt"

const (
	networkRule  = "must be an IP address such as 192.0.2.7, or a network such as 192.0.2.0/24 that is smaller than all addresses"
	endpointAt   = "spec.telemetry.traces.endpoint"
	endpointRule = "must be an http or https URL such as http://collector.observability:4318, without user information, query and fragment"
)

var serverSettings = merged(
	networkExamples("spec.http.trustedProxies"),
	networkExamples("spec.outbound.networks"),
	enumExamples("spec.logLevel", "debug", "info", "warn", "error"),
	endpointExamples(),
	requiredExamples(endpointAt),
	textExamples(
		text{at: endpointAt, max: 512, prefix: "http://c/"},
		text{
			at: "spec.telemetry.traces.samplingRatio", max: 8, prefix: "0.", fill: "1",
			good: []string{"0", "1", "0.1", "0.000001", "1.0"}, bad: []string{"", "2", "1.1", "-0.1", "0.", ".1", "10%", "1e-3", "0.1\n"},
		},
	),
)

// networkExamples are those of a list of networks.
func networkExamples(at string) examples {
	long := fields{at: []any{"2001:0db8:0000:0000:0000:0000:0000:0000/128"}}
	out := merged(
		setExamples(at, 64, func(i int) any { return fmt.Sprintf("10.0.%d.0/24", i) }),
		examples{
			at + " as long as allowed": accept(at+"[]", "maxLength", long),
			at + " too long":           refuse(at+"[]", "maxLength", fields{at: []any{"2001:0db8:0000:0000:0000:0000:0000:0000/0128"}}),
		},
	)
	for _, value := range []string{
		"192.0.2.7", "0.0.0.0", "255.255.255.255", "10.0.0.0/8", "192.0.2.7/24", "192.0.2.7/32", "1.2.3.4/1",
		"::", "::1", "2001:db8::7", "2001:db8::/32", "2001:DB8::/128", "1:2:3:4:5:6:7:8", "fd00::/8", "::/1",
	} {
		out[fmt.Sprintf("%s %q", at, value)] = accept(at+"[]", networkRule, fields{at: []any{value}})
	}
	for _, value := range []string{
		"", "ingress", "ingress.example", "0.0.0.0/0", "::/0", "192.0.2.0/33", "192.0.2.0/08", "192.0.2.0/", "192.0.2", "192.0.2.256", "192.0.02.1", "192.0.2.1:80",
		"192.0.2.1-192.0.2.9", "2001:db8::/129", "2001:db8", "[::1]", "::1%eth0", "::ffff:192.0.2.7", ":::", "1:2:3:4:5:6:7:8:9", "192.0.2.7\n", " 192.0.2.7", "*",
	} {
		out[fmt.Sprintf("%s %q", at, value)] = refuse(at+"[]", networkRule, fields{at: []any{value}})
	}
	return out
}

func endpointExamples() examples {
	out := examples{}
	for _, url := range []string{"http://c", "https://collector.observability:4318", "http://192.0.2.7:4318/", "https://c/otlp/v1/traces", "http://[2001:db8::7]:4318"} {
		out[fmt.Sprintf("%s %q", endpointAt, url)] = accept(endpointAt, endpointRule, fields{endpointAt: url})
	}
	for _, url := range []string{
		"", "collector:4318", "grpc://c:4317", "http://", "http:///v1", "http://user:secret@c", "http://c?a=b", "http://c#a", "http://c:0", "http://c:65536", "http://a b", "HTTP://c", "http://c\n",
		"http://[::g]", "http://[:::]", "http://-c",
	} {
		out[fmt.Sprintf("%s %q", endpointAt, url)] = refuse(endpointAt, endpointRule, fields{endpointAt: url})
	}
	return out
}
