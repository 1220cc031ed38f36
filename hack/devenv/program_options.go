package devenv

// Names that the installation gives to things; config/ defines them.
const (
	SystemNamespace = "grantor-system"
	OperatorAccount = "grantor-operator"
	ServerAccount   = "grantor-server"
	ServerName      = "default"
)

// OperatorSettings are what differs between two operators.
type OperatorSettings struct {
	Binary      string
	Kubeconfig  string
	MetricsPort int
	LogFile     string
	// LogLevel is info by default.
	LogLevel string
	// Args are added at the end, where they win.
	Args []string
}

// OperatorOptions returns the options of `grantor operator`.
func OperatorOptions(s OperatorSettings) ProgramOptions {
	metrics := Loopback(s.MetricsPort)
	return ProgramOptions{
		Name:    "grantor operator",
		Binary:  s.Binary,
		LogFile: s.LogFile,
		Args: append([]string{
			"operator",
			"--kubeconfig", s.Kubeconfig,
			"--metrics-address", metrics,
			"--leader-elect=true",
			"--leader-election-namespace", SystemNamespace,
			"--log-level", orInfo(s.LogLevel),
		}, s.Args...),
		MetricsURL: "http://" + metrics,
	}
}

// ServerSettings are what differs between two replicas of the server.
type ServerSettings struct {
	Binary      string
	Kubeconfig  string
	Port        int
	MetricsPort int
	LogFile     string
	// Name in messages. Default: grantor server.
	Name string
	// TLS names the certificate to serve https with; nil is http.
	TLS *CA
	// LogLevel is info by default.
	LogLevel string
	// Args are added at the end, where they win.
	Args []string
}

// ServerOptions returns the options of `grantor server` for the OAuthServer
// default in grantor-system.
func ServerOptions(s ServerSettings) ProgramOptions {
	listen, metrics, scheme := Loopback(s.Port), Loopback(s.MetricsPort), "http"
	args := []string{
		"server",
		"--kubeconfig", s.Kubeconfig,
		"--server-name", ServerName,
		"--server-namespace", SystemNamespace,
		"--listen-address", listen,
		"--metrics-address", metrics,
		"--log-level", orInfo(s.LogLevel),
	}
	if s.TLS != nil {
		scheme = "https"
		args = append(args, "--tls-cert-file", s.TLS.CertFile, "--tls-key-file", s.TLS.KeyFile)
	}
	if s.Name == "" {
		s.Name = "grantor server"
	}
	return ProgramOptions{
		Name:       s.Name,
		Binary:     s.Binary,
		LogFile:    s.LogFile,
		Args:       append(args, s.Args...),
		URL:        scheme + "://" + listen,
		MetricsURL: "http://" + metrics,
	}
}

func orInfo(level string) string {
	if level == "" {
		return "info"
	}
	return level
}
