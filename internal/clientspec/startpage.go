package clientspec

import (
	"fmt"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
)

// startPageAllowed keeps the owner of a client from showing all users a link that looks like
// another application: displayName says anything, so an administrator decides about hosts.
func startPageAllowed(e *evaluation) *Refusal {
	spec := &e.Client.Spec
	if spec.StartPage != oauthv1alpha1.StartPageShow {
		return nil
	}
	if !slices.Contains(spec.GrantTypes, oauthv1alpha1.GrantAuthorizationCode) && !slices.Contains(spec.GrantTypes, oauthv1alpha1.GrantDeviceCode) {
		return refuse(oauthv1alpha1.ReasonStartPageNotAllowed, fmt.Sprintf(
			"spec.startPage is Show, and no user can sign in to the client. Set it to Hide, or add %s or %s to spec.grantTypes.",
			oauthv1alpha1.GrantAuthorizationCode, oauthv1alpha1.GrantDeviceCode))
	}
	l := e.limits.StartPageHosts
	// At the host of the issuer, every link looks like one of the server, and some of its pages
	// lead on to where a client wants.
	if host := clientpolicy.HostOf(string(spec.ClientURI)); e.Client.Namespace != e.server.Namespace && host == clientpolicy.HostOf(e.server.Spec.Issuer) && !l.Has(host) {
		return refuse(oauthv1alpha1.ReasonStartPageNotAllowed, fmt.Sprintf(
			"spec.clientURI %q has the host of the issuer, and no policy of OAuthServer %s/%s names it in startPageHosts. Change it, set spec.startPage to Hide, or ask the server's administrator.",
			spec.ClientURI, e.server.Namespace, e.server.Name))
	}
	if l.Set() {
		if !l.MatchesHost(string(spec.ClientURI), e.Client.Namespace) {
			return e.notAllowed(oauthv1alpha1.ReasonStartPageNotAllowed, fmt.Sprintf("Show as spec.startPage with the host of %q in spec.clientURI", spec.ClientURI), l.By...)
		}
		return nil
	}
	if e.Client.Namespace == e.server.Namespace {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonStartPageNotAllowed, fmt.Sprintf(
		"No policy of OAuthServer %s/%s allows clients of namespace %q on the start page. Set spec.startPage to Hide, or ask the server's administrator for a policy with startPageHosts.",
		e.server.Namespace, e.server.Name, e.Client.Namespace))
}
