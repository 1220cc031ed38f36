package secrettemplate

import (
	"strings"
	"testing"
	"time"
)

const secret = "0123456789-client-secret-0123456789"

var values = Values{
	"clientID": "team.app", "clientSecret": secret, "issuer": "https://id.example",
	"redirectURIs": []string{"https://app.example/a?b=c&d=e", "https://app.example/f"}, "scopes": []string{},
}

func TestRender(t *testing.T) {
	for sentence, test := range map[string]struct{ text, want string }{
		"nothing":                          {"", ""},
		"text":                             {"a b\n", "a b\n"},
		"a value":                          {"{{ .clientID }}", "team.app"},
		"values in a line":                 {"{{ .clientID }}:{{ .clientSecret }}", "team.app:" + secret},
		"base64 of a pipeline":             {"{{ .clientID | b64enc }}", "dGVhbS5hcHA="},
		"a query":                          {"{{ urlquery .issuer }}", "https%3A%2F%2Fid.example"},
		"JSON of a list":                   {"{{ toJson .redirectURIs }}", `["https://app.example/a?b=c&d=e","https://app.example/f"]`},
		"JSON of an empty list":            {"{{ toJson .scopes }}", `[]`},
		"JSON of a string":                 {"{{ toJson .clientID }}", `"team.app"`},
		"a joined list":                    {`{{ join .redirectURIs "," }}`, "https://app.example/a?b=c&d=e,https://app.example/f"},
		"a quoted value":                   {"{{ quote .clientID }}", `"team.app"`},
		"a choice":                         {"{{ if .scopes }}some{{ else }}none{{ end }}", "none"},
		"a comparison":                     {`{{ if eq .clientID "team.app" }}same{{ end }}`, "same"},
		"a variable":                       {"{{ $id := .clientID }}{{ $id }}", "team.app"},
		"another context":                  {"{{ with .issuer }}{{ . }}{{ end }}", "https://id.example"},
		"a comment":                        {"{{/* nothing */}}", ""},
		"a pipeline within a pipeline":     {`{{ (join .redirectURIs " ") | b64enc | urlquery }}`, "aHR0cHM6Ly9hcHAuZXhhbXBsZS9hP2I9YyZkPWUgaHR0cHM6Ly9hcHAuZXhhbXBsZS9m"},
		"the end of spaces around a value": {" {{- .clientID -}} ", "team.app"},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := Render(map[string]string{"KEY": test.text}, values)
			if err != nil || string(got["KEY"]) != test.want {
				t.Errorf("%q and %v, not %q", got["KEY"], err, test.want)
			}
		})
	}
}

// doubled is a template whose value is 2^n times as long as its source, n a small part of
// the template's length.
func doubled(n int) string {
	return `{{ .clientSecret | quote` + strings.Repeat(" | quote", n) + ` }}`
}

func TestRefused(t *testing.T) {
	for sentence, test := range map[string]struct{ text, says string }{
		"a value that does not exist":         {"{{ .owner }}", "owner"},
		"a field of a value":                  {"{{ .clientSecret.value }}", "value"},
		"a wrong name":                        {"{{ .clientsecret }}", "clientsecret"},
		"an action that does not end":         {"{{ .clientID", "unclosed"},
		"an unknown function":                 {`{{ env "HOME" }}`, "env"},
		"a function that reads files":         {`{{ readFile "/etc/passwd" }}`, "readFile"},
		"printf, which makes much of nothing": {`{{ printf "%1000000000d" 1 }}`, "printf"},
		"print, which doubles":                {`{{ $a := "x" }}{{ $a = print $a $a }}`, "print"},
		"call":                                {"{{ call .clientID }}", "call"},
		"index, which names positions":        {"{{ index .redirectURIs 0 }}", "index"},
		"len":                                 {"{{ len .clientSecret }}", "len"},
		"slice":                               {"{{ slice .clientSecret 0 1 }}", "slice"},
		"html":                                {"{{ html .clientID }}", "html"},
		"a function inside a condition":       {"{{ if (printf `%v` 1) }}{{ end }}", "printf"},
		"a function inside an else":           {"{{ if false }}{{ else }}{{ len .issuer }}{{ end }}", "len"},
		"a function inside with":              {"{{ with .issuer }}{{ len . }}{{ end }}", "len"},
		"a function in a field of a call":     {"{{ (print .).x }}", "print"},
		"range over a list":                   {"{{ range .redirectURIs }}{{ . }}{{ end }}", "range"},
		"range over a number":                 {"{{ range 1000000000 }}{{ end }}", "range"},
		"range inside a condition":            {"{{ if true }}{{ range 9 }}{{ end }}{{ end }}", "range"},
		"define":                              {`{{ define "a" }}x{{ end }}`, "define"},
		"define of what calls itself":         {`{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}`, "define"},
		"template of itself":                  {`{{ template "KEY" . }}`, "not allowed"},
		"block":                               {`{{ block "a" . }}{{ end }}`, "define and block"},
		"a list where text is wanted":         {"{{ b64enc .redirectURIs }}", "string"},
		"text where a list is wanted":         {`{{ join .clientSecret "," }}`, "[]string"},
		"a value compared with a number":      {"{{ if eq .clientSecret 1 }}{{ end }}", "incompatible"},
		"a value that is called":              {"{{ .clientSecret 1 }}", "clientSecret"},
		"a value as a function":               {"{{ 1 | .clientSecret }}", "clientSecret"},
		"a template that is long":             {strings.Repeat("a", 8193), "8192"},
		"a result that doubles":               {doubled(900), "too large"},
		"a result that grows":                 {"{{ .clientSecret" + strings.Repeat("|b64enc", 1100) + " }}", "too large"},
		"text that grows in a variable":       {"{{ $a := .clientSecret }}" + strings.Repeat("{{ $a = b64enc $a }}", 400), "too large"},
	} {
		t.Run(sentence, func(t *testing.T) {
			begin := time.Now()
			got, err := Render(map[string]string{"KEY": test.text}, values)
			if err == nil {
				t.Fatalf("accepted, with a result of %d bytes", len(got["KEY"]))
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q does not speak of %q", err, test.says)
			}
			if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), secret[:12]) {
				t.Errorf("the error quotes the client secret: %v", err)
			}
			if took := time.Since(begin); took > 2*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// A key that could not be in a Secret never reaches the API server.
func TestRefusedKeys(t *testing.T) {
	for _, key := range []string{"", ".", "..", "..a", "a b", "a/b", "\u00e9", strings.Repeat("a", 254)} {
		if _, err := Render(map[string]string{key: "x"}, values); err == nil {
			t.Errorf("%q is accepted", key)
		}
	}
}

// The budget is that of all templates of a Secret.
func TestBudgetIsShared(t *testing.T) {
	templates := map[string]string{}
	large := Values{"issuer": strings.Repeat("a", 8<<10)}
	for n := range 7 {
		templates[strings.Repeat("k", n+1)] = "{{ .issuer }}"
	}
	if _, err := Render(templates, large); err != nil {
		t.Errorf("56 KiB: %v", err)
	}
	templates["last"], templates["least"] = "{{ .issuer }}", "{{ .issuer }}"
	if _, err := Render(templates, large); err == nil {
		t.Error("72 KiB are accepted")
	}
}

func TestCheckMetadata(t *testing.T) {
	for key, allowed := range map[string]bool{
		"team": true, "example.com/team": true, "reloader.stakater.com/match": true, "secret.reloader.stakater.com/reload": true,
		"grantor.dev/x": false, "oauth.grantor.dev/part-of": false, "OAUTH.grantor.dev/part-of": false, "notgrantor.dev/x": true,
		"app.kubernetes.io/managed-by": false, "app.kubernetes.io/instance": false, "app.kubernetes.io/part-of": false, "kubernetes.io/x": false,
		"kubectl.kubernetes.io/last-applied-configuration": false, "config.k8s.io/owning-inventory": false,
		"argocd.argoproj.io/tracking-id": false, "argocd.argoproj.io/instance": false, "argocd.argoproj.io/sync-options": false,
		"kustomize.toolkit.fluxcd.io/name": false, "helm.toolkit.fluxcd.io/namespace": false, "meta.helm.sh/release-name": false,
		"a b": false, "": false, "/x": false, "a/b/c": false, "example.com/": false,
	} {
		if err := CheckMetadata(map[string]string{key: "x"}, nil); (err == nil) != allowed {
			t.Errorf("label %q: %v", key, err)
		}
		if err := CheckMetadata(nil, map[string]string{key: "any value"}); (err == nil) != allowed {
			t.Errorf("annotation %q: %v", key, err)
		}
	}
	if err := CheckMetadata(map[string]string{"team": "not a label value"}, nil); err == nil {
		t.Error("a label value with spaces is accepted")
	}
	if err := CheckMetadata(nil, map[string]string{"a": strings.Repeat("a", 129<<10)}); err == nil {
		t.Error("129 KiB of annotations are accepted")
	}
}

// Whatever somebody writes as a template: it ends, within bounds, without a panic.
func FuzzRender(f *testing.F) {
	for _, text := range []string{"{{ .clientID }}", doubled(20), "{{ if .scopes }}{{ else }}{{ end }}", `{{ define "a" }}{{ end }}`, "{{ range 9 }}{{ end }}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Render(map[string]string{"KEY": text}, values)
		if err == nil && len(got["KEY"]) > maxBytes {
			t.Errorf("%d bytes", len(got["KEY"]))
		}
	})
}
