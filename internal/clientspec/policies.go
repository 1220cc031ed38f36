package clientspec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
	"github.com/grantor-dev/grantor/internal/fapi"
	"github.com/grantor-dev/grantor/internal/schemes"
)

// namespaceKnown refuses, for a moment, a client whose policies are not known yet: they
// may allow less than what holds without any.
func namespaceKnown(e *evaluation) *Refusal {
	if !e.NamespaceUnknown || !slices.ContainsFunc(e.inputs.Policies, func(p *oauthv1alpha1.OAuthClientPolicy) bool { return clientpolicy.Concerns(p, e.server) }) {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonNamespaceNotAllowed, fmt.Sprintf(
		"The labels of namespace %q, by which policies of OAuthServer %s/%s select clients, are not known yet. Wait a moment.",
		e.Client.Namespace, e.server.Namespace, e.server.Name))
}

func redirectHostsAllowed(e *evaluation) *Refusal {
	l := e.limits.RedirectHosts
	if !l.Set() {
		return nil
	}
	spec := &e.Client.Spec
	for _, field := range []struct {
		name string
		uris []string
	}{
		{"redirectURIs", stringsOf(spec.RedirectURIs)},
		{"postLogoutRedirectURIs", stringsOf(spec.PostLogoutRedirectURIs)},
		{"allowedOrigins", stringsOf(spec.AllowedOrigins)},
	} {
		for _, uri := range field.uris {
			if !e.hostAllowed(uri) {
				return e.notAllowed(oauthv1alpha1.ReasonRedirectHostNotAllowed, fmt.Sprintf("the host of %q in spec.%s", uri, field.name), l.By...)
			}
		}
	}
	return nil
}

// hostAllowed reports whether the policies allow the host of a URI. Schemes without a dot have a
// list of their own.
func (e *evaluation) hostAllowed(uri string) bool {
	l := e.limits.RedirectHosts
	return !l.Set() || schemes.Undotted(uri) != "" || l.MatchesHost(uri, e.Client.Namespace)
}

func grantTypesAllowed(e *evaluation) *Refusal {
	l := e.limits.GrantTypes
	for _, grant := range e.Client.Spec.GrantTypes {
		if l.Set() && !l.Has(string(grant)) {
			return e.notAllowed(oauthv1alpha1.ReasonGrantTypeNotAllowed, fmt.Sprintf("%q in spec.grantTypes", grant), l.By...)
		}
	}
	return nil
}

func methodAllowed(e *evaluation) *Refusal {
	l, method := e.limits.Methods, cmp.Or(e.Client.Spec.Authentication.Method, oauthv1alpha1.AuthenticationBasic)
	if !l.Set() || l.Has(string(method)) {
		return nil
	}
	return e.notAllowed(oauthv1alpha1.ReasonAuthenticationMethodNotAllowed, fmt.Sprintf("%q as spec.authentication.method", method), l.By...)
}

// lifetimesAllowed looks at what the client itself asks for: where it asks for
// nothing, effective keeps to the maximum.
func lifetimesAllowed(e *evaluation) *Refusal {
	tokens := &e.Client.Spec.Tokens
	for _, field := range []struct {
		name  string
		wants *metav1.Duration
		most  clientpolicy.Ceiling[time.Duration]
	}{
		{"accessToken.lifetime", tokens.AccessToken.Lifetime, e.limits.AccessLifetime},
		{"refreshToken.lifetime", tokens.RefreshToken.Lifetime, e.limits.RefreshLifetime},
		{"refreshToken.idleLifetime", tokens.RefreshToken.IdleLifetime, e.limits.RefreshLifetime},
		{"idToken.lifetime", tokens.IDToken.Lifetime, e.limits.IDLifetime},
	} {
		if field.wants == nil || field.most.Under(field.wants.Duration) == field.wants.Duration {
			continue
		}
		return e.notAllowed(oauthv1alpha1.ReasonLifetimeNotAllowed,
			fmt.Sprintf("more than %s as spec.tokens.%s", field.most.Most, field.name), field.most.By)
	}
	return nil
}

func pkceRequired(e *evaluation) *Refusal {
	if len(e.limits.PKCE) == 0 || e.Client.Spec.PKCE != oauthv1alpha1.PKCEOptional ||
		!slices.Contains(e.Client.Spec.GrantTypes, oauthv1alpha1.GrantAuthorizationCode) {
		return nil
	}
	return e.notAllowed(oauthv1alpha1.ReasonPKCERequired, "Optional as spec.pkce", e.limits.PKCE...)
}

// assuranceRequired concerns what contradicts: a client that leaves it open gets what policies
// require.
func assuranceRequired(e *evaluation) *Refusal {
	if len(e.limits.SecondFactor) == 0 || e.Client.Spec.Login.MinimumAssurance != oauthv1alpha1.AssurancePassword {
		return nil
	}
	return e.notAllowed(oauthv1alpha1.ReasonAssuranceRequired, "Password as spec.login.minimumAssurance", e.limits.SecondFactor...)
}

// bindingRequired concerns what contradicts: a client that asks for less than policies
// require gets what they require.
func bindingRequired(e *evaluation) *Refusal {
	asked := e.Client.Spec.Tokens.AccessToken.Binding
	by := e.limits.Binding.Against(asked)
	if len(by) == 0 {
		return nil
	}
	what := fmt.Sprintf("%q as spec.tokens.accessToken.binding", asked)
	if len(e.limits.Binding.DPoP) > 0 && len(e.limits.Binding.Certificate) > 0 {
		what = "any client, because they require that access tokens are bound to DPoP and to Certificate,"
	}
	return e.notAllowed(oauthv1alpha1.ReasonBindingRequired, what, by...)
}

// signedRequestsPossible refuses a client that has to sign its requests and cannot.
func signedRequestsPossible(e *evaluation) *Refusal {
	if len(e.limits.SignedRequests) == 0 || len(requestObject(e.Client).Algorithms) > 0 ||
		!slices.Contains(e.Client.Spec.GrantTypes, oauthv1alpha1.GrantAuthorizationCode) {
		return nil
	}
	return e.notAllowed(oauthv1alpha1.ReasonSignedRequestsRequired, "a client without keys for signed requests in spec.requestObject or spec.authentication", e.limits.SignedRequests...)
}

// profileRequired refuses a client that lacks something of a profile.
func profileRequired(e *evaluation) *Refusal {
	if len(e.limits.FAPI2) == 0 {
		return nil
	}
	c := effective(e.Client, e.server, e.limits)
	redirects, _ := e.redirects()
	c.Interactive.add(redirects)
	lacks := fapi.Lacks(&fapi.Client{
		Method: c.Method, ServiceAccounts: len(c.Authentication.ServiceAccounts) > 0, Federated: len(c.Authentication.Federated) > 0,
		SignsWithRS256: c.Authentication.may("RS256") || c.RequestObject.may("RS256"),
		Interactive:    slices.Contains(c.GrantTypes, string(oauthv1alpha1.GrantAuthorizationCode)),
		RedirectURIs:   c.Interactive.RedirectURIs, PushedAuthorization: c.Interactive.PushedAuthorization, PKCE: c.Interactive.PKCE,
		CodeLifetime: c.Tokens.CodeLifetime, IDAlgorithm: idAlgorithm(&c),
		Refreshes: slices.Contains(c.GrantTypes, string(oauthv1alpha1.GrantRefreshToken)), Retry: c.Tokens.RefreshRetry, Binding: c.Tokens.AccessBinding,
	})
	if len(lacks) == 0 {
		return nil
	}
	return e.refusedBy(e.limits.FAPI2, oauthv1alpha1.ReasonProfileRequired, "requires", "require",
		"the FAPI 2.0 Security Profile, which the client does not meet. "+strings.Join(lacks, " "))
}

// idAlgorithm returns the algorithm of the ID tokens of a client that can get some.
func idAlgorithm(c *Client) oauthv1alpha1.IDTokenAlgorithm {
	if !slices.Contains(c.Scopes, "openid") {
		return ""
	}
	return c.Tokens.IDAlgorithm
}

// rotationRequired concerns the secrets that the operator makes.
func rotationRequired(e *evaluation) *Refusal {
	most, secret := e.limits.RotationInterval, e.Client.Spec.Secret
	if most.By == "" || !e.Client.Spec.Authentication.Method.HasSecret() || secret.From != nil {
		return nil
	}
	if r := secret.Rotation; r != nil && r.Interval != nil && r.Interval.Duration <= most.Most {
		return nil
	}
	return e.notAllowed(oauthv1alpha1.ReasonRotationRequired,
		fmt.Sprintf("a client secret without spec.secret.rotation.interval of at most %s", most.Most), most.By)
}

// namespaceNotFull lets the oldest clients of a namespace in.
func namespaceNotFull(e *evaluation) *Refusal {
	most := e.limits.ClientsPerNamespace
	if most.By == "" || e.inputs.Namespaces.Older(e.Client, e.server, DefaultServer(e.inputs.Servers)) < int(most.Most) {
		return nil
	}
	return e.notAllowed(oauthv1alpha1.ReasonTooManyClients,
		fmt.Sprintf("more than %d clients in namespace %q, and that many are older", most.Most, e.Client.Namespace), most.By)
}

// notAllowed refuses what policies do not allow. It names them and quotes nothing of them.
func (e *evaluation) notAllowed(reason, what string, by ...string) *Refusal {
	return e.refusedBy(by, reason, "does", "do", "not allow "+what+". Change it, or ask the server's administrator.")
}

// refusedBy returns a refusal that names policies and says what they do.
func (e *evaluation) refusedBy(by []string, reason, does, do, rest string) *Refusal {
	quoted := make([]string, len(by))
	for i, name := range by {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	noun, verb := "Policy", does
	if len(by) > 1 {
		noun, verb = "Policies", do
	}
	refusal := refuse(reason, fmt.Sprintf("%s %s of OAuthServer %s/%s %s %s", noun, strings.Join(quoted, ", "), e.server.Namespace, e.server.Name, verb, rest))
	refusal.Policies = by
	return refusal
}
