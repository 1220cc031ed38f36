package providerspec

import (
	"fmt"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// refuseAdmit refuses rules that no user could meet.
func refuseAdmit(p *oauthv1alpha1.OAuthIdentityProvider) *Refusal {
	admit := p.Spec.Admit
	if admit == nil {
		return nil
	}
	if isGitHub(p) {
		return refuseAdmitAtGitHub(p)
	}
	custom := p.Spec.OAuth2 != nil && p.Spec.OAuth2.Custom != nil
	trusted := p.Spec.Claims.EmailVerified == oauthv1alpha1.EmailVerifiedTrust
	switch {
	case len(admit.Groups) > 0 && custom && p.Spec.OAuth2.Custom.Profile.Groups == "":
		return unmet("spec.admit.groups needs spec.oauth2.custom.profile.groups")
	case len(admit.Groups) > 0 && p.Spec.LDAP != nil && p.Spec.LDAP.Groups == nil:
		return unmet("spec.admit.groups needs spec.ldap.groups")
	case len(admit.EmailDomains) > 0 && custom && p.Spec.OAuth2.Custom.Profile.Email == "":
		return unmet("spec.admit.emailDomains needs spec.oauth2.custom.profile.email")
	case len(admit.EmailDomains) > 0 && custom && p.Spec.OAuth2.Custom.Profile.EmailVerified == "" && !trusted:
		return unmet("spec.admit.emailDomains needs spec.oauth2.custom.profile.emailVerified, or spec.claims.emailVerified: Trust")
	case len(admit.EmailDomains) > 0 && p.Spec.LDAP != nil && !trusted:
		return unmet("spec.admit.emailDomains needs spec.claims.emailVerified: Trust, because no directory says whether an address is verified")
	}
	return nil
}

func unmet(why string) *Refusal {
	return &Refusal{oauthv1alpha1.ReasonAdmitNotUsable, "Nobody could sign in, because " + why + "."}
}

func refuseAdmitAtGitHub(p *oauthv1alpha1.OAuthIdentityProvider) *Refusal {
	emails, groups := GitHubSays(p.Spec.OAuth2)
	admit := p.Spec.Admit
	switch {
	case len(admit.Groups) > 0 && !groups:
		return unmet("spec.admit.groups needs read:org in spec.oauth2.scopes, or no spec.oauth2.scopes")
	case len(admit.EmailDomains) > 0 && !emails:
		return unmet("spec.admit.emailDomains needs user:email in spec.oauth2.scopes, or no spec.oauth2.scopes")
	}
	for _, group := range admit.Groups {
		if group != strings.ToLower(group) {
			return &Refusal{oauthv1alpha1.ReasonAdmitNotUsable, fmt.Sprintf(
				"spec.admit.groups has %q, and nobody is in it: organizations and teams of GitHub are written in lower case here. Write %q.", group, strings.ToLower(group))}
		}
	}
	return nil
}

// GitHubSays reports whether GitHub tells a client with the scopes of a provider addresses, and
// organizations and teams.
func GitHubSays(spec *oauthv1alpha1.OAuth2Provider) (emails, groups bool) {
	has := func(scopes ...string) bool {
		return len(spec.Scopes) == 0 || slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(spec.Scopes, s) })
	}
	return has("user:email", "user"), has("read:org", "write:org", "admin:org", "repo")
}

func isGitHub(p *oauthv1alpha1.OAuthIdentityProvider) bool {
	return p.Spec.OAuth2 != nil && p.Spec.OAuth2.Preset == oauthv1alpha1.OAuth2ProviderGitHub
}

// refuseGitHubServer refuses github.com as a GitHub Enterprise Server: its API is elsewhere.
func refuseGitHubServer(p *oauthv1alpha1.OAuthIdentityProvider) *Refusal {
	if !isGitHub(p) || p.Spec.OAuth2.GitHub == nil {
		return nil
	}
	host := hostOf(string(p.Spec.OAuth2.GitHub.Server))
	if host != "github.com" && !strings.HasSuffix(host, ".github.com") {
		return nil
	}
	return &Refusal{oauthv1alpha1.ReasonEndpointNotUsable,
		"spec.oauth2.github.server is that of a GitHub Enterprise Server. Leave it out for github.com."}
}
