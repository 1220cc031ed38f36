package explain

import (
	"fmt"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// decisions are the sentences of what is allowed, each with the reasons by which it would
// be refused. An empty sentence says that there was nothing to decide.
var decisions = []struct {
	reasons []string
	allowed func(*oauthv1alpha1.OAuthClient, clientspec.Explanation) string
}{
	{[]string{oauthv1alpha1.ReasonNamespaceNotAllowed}, namespace},
	{[]string{oauthv1alpha1.ReasonClientIDNotAllowed, oauthv1alpha1.ReasonClientIDConflict}, clientID},
	{[]string{oauthv1alpha1.ReasonGrantTypeNotAllowed}, grantTypes},
	{[]string{oauthv1alpha1.ReasonAuthenticationMethodNotAllowed, oauthv1alpha1.ReasonKeyNotUsable}, authentication},
	{[]string{
		oauthv1alpha1.ReasonTrustedIssuerNotFound, oauthv1alpha1.ReasonTrustedIssuerNotAllowed, oauthv1alpha1.ReasonTrustedIssuerConflict,
		oauthv1alpha1.ReasonFederatedSubjectNotAllowed,
	}, federated},
	{[]string{oauthv1alpha1.ReasonScopeNotAllowed}, scopes},
	{[]string{oauthv1alpha1.ReasonAudienceNotAllowed}, audiences},
	{[]string{oauthv1alpha1.ReasonRedirectHostNotAllowed, oauthv1alpha1.ReasonRedirectSchemeNotAllowed}, redirects},
	{[]string{oauthv1alpha1.ReasonStartPageNotAllowed}, startPage},
	{[]string{oauthv1alpha1.ReasonConsentNotAllowed}, consent},
	{[]string{oauthv1alpha1.ReasonActorNotAllowed}, exchanges},
	{[]string{oauthv1alpha1.ReasonPKCERequired}, pkce},
	{[]string{oauthv1alpha1.ReasonAssuranceRequired}, assurance},
	{[]string{oauthv1alpha1.ReasonBindingRequired}, binding},
	{[]string{oauthv1alpha1.ReasonSignedRequestsRequired}, signedRequests},
	{[]string{oauthv1alpha1.ReasonProfileRequired}, profile},
	{nil, devices},
	{[]string{oauthv1alpha1.ReasonLifetimeNotAllowed}, lifetimes},
	{[]string{oauthv1alpha1.ReasonRotationRequired, oauthv1alpha1.ReasonRotationTooFrequent}, rotation},
	{[]string{oauthv1alpha1.ReasonBackchannelURINotAllowed}, logout},
}

func belonging(object *oauthv1alpha1.OAuthClient, x clientspec.Explanation) []string {
	why := "the default server"
	switch {
	case object.Spec.ServerRef != nil:
		why = "which spec.serverRef names"
	case object.Status.ServerRef != nil:
		why = "to which it is bound (status.serverRef)"
	}
	lines := []string{fmt.Sprintf("It belongs to OAuthServer %s/%s (%s), %s.", x.Server.Namespace, x.Server.Name, x.Server.Spec.Issuer, why)}
	if len(x.Policies) == 0 {
		return append(lines, "No OAuthClientPolicy selects it, so the rules of the server alone apply.")
	}
	return append(lines, fmt.Sprintf("It is selected by OAuthClientPolicy %s of namespace %q.", quoted(x.Policies), x.Server.Namespace))
}

func namespace(object *oauthv1alpha1.OAuthClient, _ clientspec.Explanation) string {
	return fmt.Sprintf("Namespace %q may have clients (spec.clientNamespaces of the server).", object.Namespace)
}

func startPage(object *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	if object.Spec.StartPage != oauthv1alpha1.StartPageShow {
		return ""
	}
	return fmt.Sprintf("The start page links to %s%s.", object.Spec.ClientURI, by(x.Limits.StartPageHosts.By))
}

func clientID(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	return fmt.Sprintf("Its client ID is %s%s.", x.Effective.ID, by(x.Limits.ClientIDs.By))
}

func grantTypes(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	return fmt.Sprintf("It may use the grant types %s (spec.grantTypes)%s.", list(x.Effective.GrantTypes), by(x.Limits.GrantTypes.By))
}

func authentication(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	if x.Effective.Method == oauthv1alpha1.AuthenticationNone {
		return "It has no credentials (spec.authentication.method: none)" + by(x.Limits.Methods.By) + "."
	}
	exact := ""
	if x.Effective.Authentication.ExactMethod {
		exact = " and in no other way"
	}
	return fmt.Sprintf("It authenticates with %s%s (spec.authentication)%s.", x.Effective.Method, exact, by(x.Limits.Methods.By))
}

func federated(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	var issuers []string
	for _, workload := range x.Effective.Authentication.Federated {
		if !slices.Contains(issuers, workload.TrustedIssuer) {
			issuers = append(issuers, workload.TrustedIssuer)
		}
	}
	if len(issuers) == 0 {
		return ""
	}
	return fmt.Sprintf("Workloads of the trusted issuers %s can be the client (spec.authentication.federated)%s.", list(issuers), by(x.Limits.FederatedIssuers.By))
}

func scopes(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	if len(x.Effective.Scopes) == 0 {
		return "It may ask for no scope, because spec.scopes is empty."
	}
	return fmt.Sprintf("It may ask for the scopes %s (spec.scopes, and spec.scopes of the server)%s.", list(x.Effective.Scopes), by(x.Limits.Scopes.By))
}

func audiences(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	return fmt.Sprintf("Its tokens can be for %s (spec.audiences, and the issuer)%s.", list(x.Effective.Audiences), by(x.Limits.Audiences.By))
}

func redirects(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	if !interactive(x) {
		return ""
	}
	uris := x.Effective.Interactive.RedirectURIs
	if len(uris) == 0 {
		return "It has no redirect URI yet, so that it cannot sign users in (spec.redirectURIs, spec.redirectURIsFrom)."
	}
	return fmt.Sprintf("Users return to %s (spec.redirectURIs, spec.redirectURIsFrom)%s.", list(uris), by(redirectPolicies(x)))
}

// redirectPolicies returns the policies that say something of redirect URIs.
func redirectPolicies(x clientspec.Explanation) []string {
	names := slices.Concat(x.Limits.RedirectHosts.By, x.Limits.RedirectSchemes.By)
	slices.Sort(names)
	return slices.Compact(names)
}

func consent(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	if !interactive(x) {
		return ""
	}
	asked := map[oauthv1alpha1.ConsentMode]string{
		oauthv1alpha1.ConsentRemember: "once for each scope", oauthv1alpha1.ConsentPrompt: "each time", oauthv1alpha1.ConsentSkip: "never",
	}[x.Effective.Interactive.Consent]
	return fmt.Sprintf("Users are asked for their consent %s (spec.consent: %s)%s.", asked, x.Effective.Interactive.Consent, by(x.Limits.Consent.By))
}

func exchanges(object *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	if object.Spec.TokenExchange == nil {
		return ""
	}
	named := "and is named in them as the actor"
	if x.Effective.Exchange.OmitActor {
		named = "and is not named in them"
	}
	sentence := fmt.Sprintf("It exchanges tokens of others %s (spec.tokenExchange)%s.", named, by(x.Limits.ExchangeActors.By))
	if x.Effective.Exchange.BeyondConsent {
		sentence += fmt.Sprintf(" Those of users it also exchanges for what they were not asked for%s.", by(x.Limits.Exchange.By))
	}
	return sentence
}

func pkce(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	if !interactive(x) {
		return ""
	}
	return fmt.Sprintf("PKCE is %s (spec.pkce)%s.", x.Effective.Interactive.PKCE, by(x.Limits.PKCE))
}

func assurance(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	if !interactive(x) && !onDevices(x) || !x.Effective.Interactive.SecondFactor {
		return ""
	}
	return fmt.Sprintf("Users must give a second factor (spec.login.minimumAssurance)%s.", by(x.Limits.SecondFactor))
}

func signedRequests(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	if !interactive(x) || !x.Effective.Interactive.SignedRequests {
		return ""
	}
	return fmt.Sprintf("It must sign its authorization requests (spec.signedRequests)%s.", by(x.Limits.SignedRequests))
}

func profile(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	if len(x.Limits.FAPI2) == 0 {
		return ""
	}
	return "It meets the FAPI 2.0 Security Profile" + by(x.Limits.FAPI2) + "."
}

func lifetimes(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	tokens := x.Effective.Tokens
	line := fmt.Sprintf("Its access tokens live for %s", short(tokens.AccessLifetime))
	if interactive(x) || onDevices(x) {
		line += fmt.Sprintf(", ID tokens for %s, refresh tokens for %s and unused for %s", short(tokens.IDLifetime), short(tokens.RefreshLifetime), short(tokens.RefreshIdle))
	}
	return fmt.Sprintf("%s (spec.tokens, or spec.tokens of the server)%s.", line, by(bounds(x)))
}

func rotation(object *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	r := object.Spec.Secret.Rotation
	if r == nil || r.Interval == nil {
		return ""
	}
	var policies []string
	if x.Limits.RotationInterval.By != "" {
		policies = []string{x.Limits.RotationInterval.By}
	}
	return fmt.Sprintf("Its client secret is replaced every %s (spec.secret.rotation.interval)%s.", short(r.Interval.Duration), by(policies))
}

func logout(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	if x.Effective.Interactive.BackchannelURI == "" {
		return ""
	}
	return fmt.Sprintf("Sign-outs are sent to %s (spec.logout.backchannelURI).", x.Effective.Interactive.BackchannelURI)
}
