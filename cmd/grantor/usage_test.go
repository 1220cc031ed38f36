package main

import (
	"slices"
	"testing"
)

func TestBadCommandLines(t *testing.T) {
	named := []string{"server", "--server-name=default", "--server-namespace=grantor-system"}
	with := func(args ...string) []string { return append(slices.Clip(named), args...) }
	tests := map[string]struct {
		args []string
		says string
	}{
		"no command":                        {nil, "operator, server, import, restore, check, version or completion"},
		"an unknown command":                {[]string{"serve"}, `"serve"`},
		"an unknown flag":                   {[]string{"--nonsense"}, "--nonsense"},
		"an unknown flag of the operator":   {[]string{"operator", "--nonsense"}, "--nonsense"},
		"an unknown flag of the server":     {[]string{"server", "--nonsense=1"}, "--nonsense"},
		"an unknown short flag":             {[]string{"server", "-x"}, "-x"},
		"a flag of the other program":       {[]string{"operator", "--server-name=x"}, "--server-name"},
		"an argument for the operator":      {[]string{"operator", "now"}, `"now"`},
		"an argument for the server":        {with("now"), `"now"`},
		"a line break in an argument":       {[]string{"operator", "a\nb"}, ""},
		"a flag without value":              {[]string{"server", "--server-name"}, "--server-name"},
		"server: no name":                   {[]string{"server", "--server-namespace=x"}, "--server-name is required"},
		"server: an empty name":             {[]string{"server", "--server-name=", "--server-namespace=x"}, "--server-name is required"},
		"server: no namespace":              {[]string{"server", "--server-name=x"}, "--server-namespace is required"},
		"server: a bad listen address":      {with("--listen-address=8080"), "--listen-address"},
		"server: an empty listen address":   {with("--listen-address="), "--listen-address"},
		"server: a bad metrics address":     {with("--metrics-address=a:b:c"), "--metrics-address"},
		"server: a certificate without key": {with("--tls-cert-file=x"), "--tls-key-file"},
		"server: a key without certificate": {with("--tls-key-file=x"), "--tls-cert-file"},
		"server: a bad log level":           {with("--log-level=loud"), `"loud"`},
		"server: a proxy by name":           {with("--trusted-proxies=ingress"), "--trusted-proxies"},
		"server: a network to call":         {with("--jwks-networks=10.0.0.0/8"), "--jwks-networks"},
		"server: traces to nowhere":         {with("--otlp-endpoint=collector:4318"), "--otlp-endpoint"},
		"operator: more than all traces":    {[]string{"operator", "--otlp-sample-ratio=2"}, "--otlp-sample-ratio"},
		"server: outside a cluster":         {named, "--kubeconfig"},
		"server: a kubeconfig that is not":  {with("--kubeconfig=/does/not/exist"), "/does/not/exist"},
		"operator: a bad metrics address":   {[]string{"operator", "--metrics-address=x"}, "--metrics-address"},
		"operator: no workers":              {[]string{"operator", "--workers=0"}, "--workers"},
		"operator: too many workers":        {[]string{"operator", "--workers=65"}, "--workers"},
		"operator: workers in words":        {[]string{"operator", "--workers=many"}, "--workers"},
		"operator: sweeping all the time":   {[]string{"operator", "--sweep-interval=0s"}, "--sweep-interval"},
		"operator: a negative interval":     {[]string{"operator", "--sweep-interval=-1m"}, "--sweep-interval"},
		"operator: counting too rarely":     {[]string{"operator", "--sweep-interval=10m0.001s"}, "--sweep-interval must be between 1s and 10m"},
		"operator: an interval in words":    {[]string{"operator", "--sweep-interval=daily"}, "--sweep-interval"},
		"operator: leader-elect=maybe":      {[]string{"operator", "--leader-elect=maybe"}, "--leader-elect"},
		"operator: a bad log level":         {[]string{"operator", "--log-level=loud"}, `"loud"`},
		"operator: outside a cluster":       {[]string{"operator"}, "--kubeconfig"},
		"version: an argument":              {[]string{"version", "now"}, `"now"`},
		"version: another output":           {[]string{"version", "--output=yaml"}, `"yaml"`},
		"completion: no shell":              {[]string{"completion"}, "bash, zsh, fish or powershell"},
		"completion: another shell":         {[]string{"completion", "tcsh"}, `"tcsh"`},
		"completion: an argument":           {[]string{"completion", "bash", "now"}, `"now"`},
		"check: no directory":               {[]string{"check"}, "--client-secret-dir is required"},
		"check: a directory that is not":    {[]string{"check", "--client-secret-dir=/does/not/exist"}, "/does/not/exist"},
		"check: an argument":                {[]string{"check", "now"}, `"now"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantUsage(t, test.says, test.args...)
		})
	}
}
