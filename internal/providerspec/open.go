package providerspec

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// openHosts are hosts of providers where anyone can have an account.
var openHosts = []string{
	"accounts.google.com", "github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitea.com", "appleid.apple.com", "www.facebook.com", "www.linkedin.com",
	"discord.com", "slack.com", "id.twitch.tv", "login.yahoo.com", "api.login.yahoo.com", "access.line.me", "login.salesforce.com", "orcid.org", "x.com", "twitter.com",
}

// entraHosts are those of Microsoft Entra ID.
var entraHosts = []string{"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "login.chinacloudapi.cn", "login.windows.net", "sts.windows.net"}

// personalTenant is the tenant of Microsoft accounts that belong to no organization.
const personalTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

func isEntra(host string) bool { return slices.Contains(entraHosts, strings.ToLower(host)) }

// refuseOpen refuses a provider where anyone can have an account and whose spec does not say who
// may sign in.
func refuseOpen(p *oauthv1alpha1.OAuthIdentityProvider) *Refusal {
	if p.Spec.Admit != nil {
		return nil
	}
	where := open(p)
	if where == "" {
		return nil
	}
	return &Refusal{oauthv1alpha1.ReasonAdmitRequired, fmt.Sprintf(
		"Anybody can have an account at %s. Say in spec.admit who may sign in: groups, emailDomains or users; or all: true for everybody.", where)}
}

// open returns the name of a provider where anyone can have an account, empty for another one.
func open(p *oauthv1alpha1.OAuthIdentityProvider) string {
	var uri string
	switch {
	case p.Spec.OIDC != nil:
		uri = string(p.Spec.OIDC.Issuer)
	case p.Spec.OAuth2 != nil && p.Spec.OAuth2.Custom != nil:
		uri = string(p.Spec.OAuth2.Custom.AuthorizationEndpoint)
	case p.Spec.OAuth2 != nil && (p.Spec.OAuth2.GitHub == nil || p.Spec.OAuth2.GitHub.Server == ""):
		uri = "https://github.com"
	case p.Spec.OAuth2 != nil:
		uri = string(p.Spec.OAuth2.GitHub.Server)
	}
	at, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	host := hostOf(uri)
	if slices.Contains(openHosts, host) || isEntra(host) && strings.Contains(strings.ToLower(at.Path), personalTenant) {
		return host
	}
	return ""
}

// hostOf returns the host of a URI as DNS compares it, empty for none.
func hostOf(uri string) string {
	at, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(at.Hostname()), ".")
}
