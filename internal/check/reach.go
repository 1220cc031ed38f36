package check

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/grantor-dev/grantor/internal/serverspec"
)

// Reach asks without credentials: discovery, keys, TLS, the server's clock, and whether headers
// of proxies count that it sends itself. It returns what went wrong first, or nil.
func (c *Check) Reach(ctx context.Context) error {
	server, _, err := c.public(ctx)
	if err != nil {
		return err
	}
	if server.TokenEndpoint == "" {
		return errors.New("discovery: it names no token endpoint")
	}
	c.Say("TLS: " + c.secured(server.seen.tls))
	apart, err := c.clock(server.seen.date)
	if err != nil {
		return fmt.Errorf("clock: %w", err)
	}
	c.Say("clock: " + apart)
	unreached, err := c.forged(ctx, server, serverspec.Endpoints(c.Issuer).Discovery)
	if err != nil {
		return fmt.Errorf("proxy headers: %w", err)
	}
	for _, endpoint := range unreached {
		c.Say("proxy headers: NOT CHECKED at " + plain(endpoint) + ", which cannot be reached from here")
	}
	c.Say(fmt.Sprintf("proxy headers: forged ones change no answer. Tried %d, among them %s (the server does not tell if X-Forwarded-For counts: see spec.http.trustedProxies)",
		len(forgedHeaders)+len(c.certificateHeaders()), c.certificateHeaders()[0]))
	return nil
}

func (c *Check) secured(state *tls.ConnectionState) string {
	if state == nil || len(state.PeerCertificates) == 0 {
		return "none, secrets and tokens can be read on their way"
	}
	left := state.PeerCertificates[0].NotAfter.Sub(c.Now()).Round(time.Hour)
	return fmt.Sprintf("%s, with a trusted certificate that ends in %s", tls.VersionName(state.Version), left)
}

// clock compares the clock of the server with this machine's. What was read of it is up
// to a second old, and travelled.
func (c *Check) clock(said string) (string, error) {
	date, err := http.ParseTime(said)
	if err != nil {
		return "not known, the server sends no time", nil //nolint:nilerr // it need not send one
	}
	apart := c.Now().Sub(date).Round(time.Second)
	if apart.Abs() > skew {
		return "", fmt.Errorf("the clocks of the server and of this machine are %s apart, so tokens look expired or not valid yet. Correct one of them", apart.Abs())
	}
	return fmt.Sprintf("that of the server and of this machine agree within %s", skew), nil
}
