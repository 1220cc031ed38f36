package environment

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// Running is where the parts of a running environment are.
type Running struct {
	// Kubeconfig of the administrator.
	Kubeconfig string
	// Issuer that every server replica answers for; the first one's URL.
	Issuer string
	// ServerURLs and MetricsURLs of the replicas, in the same order.
	ServerURLs  []string
	MetricsURLs []string
	// OperatorMetricsURL is where the operator's health and metrics are.
	OperatorMetricsURL string
	// CAFile to trust; empty without TLS.
	CAFile string
}

// Write writes the file for shells: a line NAME=VALUE for each variable, and
// at the end one that exports them.
func (r Running) Write(path string) error {
	return devenv.WriteFile(path, []byte(r.envFile()), 0o644)
}

func (r Running) envFile() string {
	var lines, names []string
	set := func(name, value string) {
		if value != "" {
			lines = append(lines, fmt.Sprintf("%s=%s\n", name, quote(value)))
			names = append(names, name)
		}
	}
	set("KUBECONFIG", r.Kubeconfig)
	set("ISSUER", r.Issuer)
	set("SERVER_URLS", strings.Join(r.ServerURLs, " "))
	set("METRICS_URLS", strings.Join(r.MetricsURLs, " "))
	set("OPERATOR_METRICS_URL", r.OperatorMetricsURL)
	set("CA_FILE", r.CAFile)
	return strings.Join(lines, "") + "export " + strings.Join(names, " ") + "\n"
}

var plain = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// quote makes one shell word of a value.
func quote(value string) string {
	if plain.MatchString(value) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}
