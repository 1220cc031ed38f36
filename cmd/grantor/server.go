package main

import (
	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/server"
)

func serverCommand() *cobra.Command {
	var flags common
	config := server.Config{}
	var proxies, networks []string
	cmd := &cobra.Command{
		Use:   "server",
		Short: "Run one replica of an authorization server",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, out, err := flags.logger(cmd.Context())
			if err != nil {
				return err
			}
			defer out.Close()
			config.MetricsAddress, config.Log, config.Lines = flags.metricsAddress, log, out
			if config.TrustedProxies, err = server.ParseNetworks("--trusted-proxies", proxies); err != nil {
				return usage(err)
			}
			if config.JWKSNetworks, err = server.ParseNetworks("--jwks-networks", networks); err != nil {
				return usage(err)
			}
			if err := config.Validate(); err != nil {
				return usage(err)
			}
			if config.Kube, err = flags.kube("grantor-server"); err != nil {
				return err
			}
			if config.Sessions, err = flags.sessions("grantor-server"); err != nil {
				return err
			}
			if config.Trace, err = flags.tracer(cmd.Context(), "grantor-server", log); err != nil {
				return err
			}
			defer config.Trace.Stop(cmd.Context())
			s, err := server.New(config)
			if err != nil {
				return err
			}
			return s.Run(cmd.Context())
		},
	}
	flags.register(cmd)
	f := cmd.Flags()
	f.StringVar(&config.Name, "server-name", "", "name of the OAuthServer to serve (required)")
	f.StringVar(&config.Namespace, "server-namespace", "", "namespace of the OAuthServer (required)")
	f.StringVar(&config.ListenAddress, "listen-address", ":8080", "host:port of the OAuth endpoints")
	f.StringVar(&config.TLSCertFile, "tls-cert-file", "", "PEM file of the TLS certificate; read again when it changes")
	f.StringVar(&config.TLSKeyFile, "tls-key-file", "", "PEM file of the TLS private key")
	f.StringSliceVar(&proxies, "trusted-proxies", nil, "addresses and networks, such as 10.0.0.0/8, of the proxies whose X-Forwarded-For names the client; default: none, the client is who connects")
	f.BoolVar(&config.ClientCertificates, "client-certificates", false, "ask clients for certificates (self_signed_tls_client_auth); browsers that have some ask their users then")
	f.StringVar(&config.ClientCAFile, "client-ca-file", "", "PEM file of the authorities of clients' certificates (tls_client_auth), read at the start; implies --client-certificates")
	f.StringSliceVar(&networks, "jwks-networks", nil, "addresses and networks, such as 10.96.0.0/12, where the keys of clients may be (authentication.jwksURI) beside public addresses; default: none")
	f.BoolVar(&config.LoopbackLogout, "allow-loopback-logout", false, "send logout tokens to clients whose logout.backchannelURI names a loopback address; for development, where applications run beside the server")
	return cmd
}
