package clientspec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
	"github.com/grantor-dev/grantor/internal/schemes"
)

// Redirects are the redirect URIs that spec.redirectURIsFrom makes.
type Redirects struct {
	URIs, PostLogoutURIs []string
}

// redirects returns the resolved redirect URIs that are allowed, and why others are not.
// One that is not is left out and its client not refused: who may change an Ingress is
// not always who owns the client.
func (e *evaluation) redirects() (Redirects, *Refusal) {
	sources := e.Client.Spec.RedirectURIsFrom
	if len(sources) == 0 {
		return Redirects{}, nil
	}
	var allowed Redirects
	var unwanted []string
	for _, list := range []struct {
		from []string
		to   *[]string
		path func(oauthv1alpha1.RedirectSource) oauthv1alpha1.RedirectPath
	}{
		{e.Redirects.URIs, &allowed.URIs, func(s oauthv1alpha1.RedirectSource) oauthv1alpha1.RedirectPath { return s.Path }},
		{e.Redirects.PostLogoutURIs, &allowed.PostLogoutURIs, func(s oauthv1alpha1.RedirectSource) oauthv1alpha1.RedirectPath { return s.PostLogoutPath }},
	} {
		for _, uri := range list.from {
			path := pathOf(uri)
			switch {
			case path == "" || !slices.ContainsFunc(sources, func(s oauthv1alpha1.RedirectSource) bool { return string(list.path(s)) == path }):
				// The spec is newer than what was resolved.
			case !e.hostAllowed(uri):
				unwanted = append(unwanted, clientpolicy.HostOf(uri))
			default:
				*list.to = append(*list.to, uri)
			}
		}
	}
	if len(unwanted) == 0 {
		return allowed, nil
	}
	slices.Sort(unwanted)
	unwanted = slices.Compact(unwanted)
	return allowed, e.notAllowed(oauthv1alpha1.ReasonRedirectHostNotAllowed,
		fmt.Sprintf("the hosts %s, which spec.redirectURIsFrom finds", strings.Join(unwanted, ", ")), e.limits.RedirectHosts.By...)
}

// pathOf returns what follows the host of a redirect URI that was made of one.
func pathOf(uri string) string {
	rest, ok := strings.CutPrefix(uri, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(uri, "http://"); !ok {
			return ""
		}
	}
	at := strings.IndexByte(rest, '/')
	if at < 0 {
		return ""
	}
	return rest[at:]
}

// add adds resolved redirect URIs to those of the spec.
func (p *Interactive) add(r Redirects) {
	p.RedirectURIs = union(p.RedirectURIs, r.URIs)
	p.PostLogoutURIs = union(p.PostLogoutURIs, r.PostLogoutURIs)
}

func union(all, more []string) []string {
	for _, uri := range more {
		if !slices.Contains(all, uri) {
			all = append(all, uri)
		}
	}
	return all
}

// redirectSchemesAllowed lets an administrator decide who may have a private scheme without a
// dot: nothing ties it to the owner of a domain (RFC 8252 section 7.1), so any program can claim
// it and gets codes. PKCE keeps it from redeeming those of requests that the application began, and
// the consent page tells users of requests that it began itself.
func redirectSchemesAllowed(e *evaluation) *Refusal {
	l, spec := e.limits.RedirectSchemes, &e.Client.Spec
	for _, field := range []struct {
		name string
		uris []oauthv1alpha1.RedirectURI
	}{{"redirectURIs", spec.RedirectURIs}, {"postLogoutRedirectURIs", spec.PostLogoutRedirectURIs}} {
		for _, uri := range field.uris {
			scheme := schemes.Undotted(string(uri))
			switch {
			case scheme == "" || schemes.IsPrivate(scheme) && l.Has(scheme):
			case l.Set():
				return e.notAllowed(oauthv1alpha1.ReasonRedirectSchemeNotAllowed, fmt.Sprintf("the scheme of %q in spec.%s", uri, field.name), l.By...)
			default:
				return refuse(oauthv1alpha1.ReasonRedirectSchemeNotAllowed, fmt.Sprintf(
					"The scheme of %q in spec.%s has no dot, and no policy of OAuthServer %s/%s allows it. Change it to one with a dot, such as com.example.app, or ask the server's administrator for a policy with redirectSchemes.",
					uri, field.name, e.server.Namespace, e.server.Name))
			}
		}
	}
	if spec.PKCE == oauthv1alpha1.PKCEOptional && undotted(e.Client) {
		return refuse(oauthv1alpha1.ReasonPKCERequired,
			"spec.redirectURIs has a scheme without a dot, which any program can claim, so authorization requests need PKCE. Remove spec.pkce, or set it to Required.")
	}
	if spec.Consent == oauthv1alpha1.ConsentSkip && undotted(e.Client) {
		return refuse(oauthv1alpha1.ReasonConsentNotAllowed,
			"spec.redirectURIs has a scheme without a dot, which any program can claim, so users are asked for their consent each time. Set spec.consent to Prompt.")
	}
	return nil
}

// consentMode is how often users are asked. The program that a private scheme without a dot leads to
// may have begun the request itself, with a verifier of its own, so an earlier consent does not
// answer it (RFC 8252 section 8.6).
func consentMode(c *oauthv1alpha1.OAuthClient) oauthv1alpha1.ConsentMode {
	if undotted(c) {
		return oauthv1alpha1.ConsentPrompt
	}
	return cmp.Or(c.Spec.Consent, oauthv1alpha1.ConsentRemember)
}

// undotted reports whether users return to a client by a private scheme without a dot.
func undotted(c *oauthv1alpha1.OAuthClient) bool {
	for _, uri := range c.Spec.RedirectURIs {
		if schemes.Undotted(string(uri)) != "" {
			return true
		}
	}
	return false
}
