package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// serveAPI answers whoever has a good access token with the token's subject. It
// knows the issuer's URL only: keys come from its JWKS.
func serveAPI(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("api", flag.ContinueOnError)
	issuer := set.String("issuer", "", "whose tokens are accepted")
	audience := set.String("audience", "", "for whom they must be")
	listen := set.String("listen", ":8080", "host:port")
	if err := set.Parse(args); err != nil {
		return err
	}
	verifier, err := discover(ctx, *issuer, *audience)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /whoami", func(w http.ResponseWriter, r *http.Request) {
		raw, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !found {
			http.Error(w, "no token", http.StatusUnauthorized)
			return
		}
		token, err := verifier.Verify(r.Context(), raw)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		_, _ = fmt.Fprintln(w, token.Subject)
	})
	return serve(ctx, *listen, mux)
}

// discover tries until the issuer is there.
func discover(ctx context.Context, issuer, audience string) (*oidc.IDTokenVerifier, error) {
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		provider, err := oidc.NewProvider(ctx, issuer)
		if err == nil {
			return provider.Verifier(&oidc.Config{ClientID: audience}), nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("discover the issuer: %w", err)
		case <-ticker.C:
		}
	}
}

func serve(ctx context.Context, address string, handler http.Handler) error {
	server := &http.Server{Addr: address, Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.ListenAndServe(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}
