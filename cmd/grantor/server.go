package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/server"
	"github.com/grantor-dev/grantor/server/certificates"
)

func serverCommand() *cobra.Command {
	var flags common
	config := server.Config{}
	var proxies []string
	var header string
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
			limitMemory(log)
			config.MetricsAddress, config.Log, config.Lines = flags.metricsAddress, log, out
			if !cmd.Flags().Changed(logLevelFlag) {
				config.LogLevel = flags.level
			}
			if config.TrustedProxies, err = server.ParseNetworks("--trusted-proxies", proxies); err != nil {
				return usage(err)
			}
			if config.CertificateHeader, err = certificates.ParseHeader(header); err != nil {
				return usage(fmt.Errorf("--client-certificate-header %w", err))
			}
			if config.Traces, err = flags.tracing("grantor-server", log); err != nil {
				return err
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
	f.StringSliceVar(&proxies, "trusted-proxies", nil, "addresses and networks, such as 192.0.2.0/24, of the proxies whose X-Forwarded-For names the client; default: spec.http.trustedProxies of the OAuthServer")
	f.StringVar(&config.MTLSListenAddress, "mtls-listen-address", "", "host:port of the endpoints for clients with certificates (self_signed_tls_client_auth); needs --mtls-host")
	f.StringVar(&config.MTLSHost, "mtls-host", "", "public host of these endpoints, with a port if it is not 443; discovery lists it as mtls_endpoint_aliases")
	f.StringVar(&header, "client-certificate-header", "", "NAME=FORMAT of the header in which --trusted-proxies pass certificates of clients; FORMAT is RFC9440, XFCC, PEM or DER. Default: clients present them to --mtls-listen-address")
	f.StringVar(&config.ClientCAFile, "client-ca-file", "", "PEM file of the authorities of clients' certificates (tls_client_auth); read again when it changes; needs --mtls-listen-address")
	return cmd
}
