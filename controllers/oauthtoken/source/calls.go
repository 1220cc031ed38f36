package source

import (
	"net/http"
	"net/netip"
	"time"

	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/internal/outbound"
)

// CallTimeout bounds one call, within an attempt.
const CallTimeout = 10 * time.Second

// Calls makes the clients that call token endpoints.
type Calls struct {
	// Public calls providers at the addresses that tenants may reach.
	Public *http.Client
	// Service returns a client for the Service of an OAuthServer, which trusts its
	// certificate authorities (PEM) too.
	Service func(authorities string) *http.Client
	// Issuer returns one for the issuer of an OAuthServer, at any address: administrators of
	// the cluster write OAuthServers.
	Issuer func(authorities string) *http.Client
}

// NewCalls returns the clients that call public addresses and those of some networks.
func NewCalls(networks []netip.Prefix) Calls {
	allowed := func() []netip.Prefix { return networks }
	options := outbound.Options{Networks: allowed, Timeout: CallTimeout, MaxBody: request.MaxBody}
	return Calls{
		Public: outbound.New(options),
		Service: func(authorities string) *http.Client {
			own := options
			own.Service, own.Roots = true, outbound.Authorities([]byte(authorities))
			return outbound.New(own)
		},
		Issuer: func(authorities string) *http.Client {
			own := options
			own.Networks, own.Roots = everywhere, outbound.Authorities([]byte(authorities))
			return outbound.New(own)
		},
	}
}

// everywhere are the addresses that an issuer can have.
func everywhere() []netip.Prefix {
	return []netip.Prefix{netip.PrefixFrom(netip.IPv4Unspecified(), 0), netip.PrefixFrom(netip.IPv6Unspecified(), 0)}
}
