package provider

import (
	"net"
	"net/netip"
	"net/url"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Provider is where an authorization server is.
type Provider struct {
	// Issuer is empty where it is not known.
	Issuer string
	// Authorization and Token are its endpoints.
	Authorization, Token string
	// IssParameter says that its authorization responses have the parameter iss (RFC 9207).
	IssParameter bool
}

// Known returns a provider whose endpoints are known without asking, and false for one that
// publishes them at its issuer.
func Known(spec *oauthv1alpha1.TokenProvider) (Provider, bool) {
	switch spec.Preset {
	case oauthv1alpha1.TokenProviderGoogle:
		return Provider{
			Issuer:        "https://accounts.google.com",
			Authorization: "https://accounts.google.com/o/oauth2/v2/auth", Token: "https://oauth2.googleapis.com/token",
		}, true
	case oauthv1alpha1.TokenProviderAzure:
		base := "https://login.microsoftonline.com/" + url.PathEscape(spec.TenantID) + "/oauth2/v2.0/"
		return Provider{Authorization: base + "authorize", Token: base + "token"}, true
	case oauthv1alpha1.TokenProviderGitHub:
		return Provider{
			Authorization: "https://github.com/login/oauth/authorize", Token: "https://github.com/login/oauth/access_token",
		}, true
	}
	if spec.Custom == nil || spec.Custom.Issuer != "" {
		return Provider{}, false
	}
	return Provider{Authorization: string(spec.Custom.AuthorizationEndpoint), Token: string(spec.Custom.TokenEndpoint)}, true
}

// Host returns the host of the token endpoint, with the port if it has one.
func (p Provider) Host() string {
	at, err := url.Parse(p.Token)
	if err != nil {
		return ""
	}
	return at.Host
}

// callable reports whether a URL is https, or http at a loopback address, without user
// information and fragment.
func callable(text string) bool {
	at, err := url.Parse(text)
	if err != nil || at.Host == "" || at.User != nil || at.Fragment != "" || at.Opaque != "" || len(text) > 2048 ||
		strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return false
	}
	if at.Scheme == "https" {
		return true
	}
	host := at.Hostname()
	address, err := netip.ParseAddr(host)
	return at.Scheme == "http" && (host == "localhost" || err == nil && net.IP(address.AsSlice()).IsLoopback())
}
