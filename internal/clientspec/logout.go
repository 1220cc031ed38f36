package clientspec

import (
	"fmt"
	"net/url"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// logoutAllowed keeps a tenant from making the server send requests to Services of
// others, which may act on any POST. Where the server names networks, the address decides
// when it is called.
func logoutAllowed(e *evaluation) *Refusal {
	uri := string(e.Client.Spec.Logout.BackchannelURI)
	if !strings.HasPrefix(uri, "http:") || ownService(uri, e.Client.Namespace) || len(e.server.Spec.Outbound.Networks) > 0 {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonBackchannelURINotAllowed, fmt.Sprintf(
		"The host of spec.logout.backchannelURI is no Service of namespace %q. Use such a Service or an https URI with a public address, or ask the administrator of OAuthServer %s/%s to list the address in spec.outbound.networks.",
		e.Client.Namespace, e.server.Namespace, e.server.Name))
}

// ownService reports whether the host of a URI is the name of a Service in a namespace.
func ownService(uri, namespace string) bool {
	parsed, err := url.Parse(uri)
	if err != nil {
		return false
	}
	name, zone, _ := strings.Cut(parsed.Hostname(), ".")
	return name != "" && (zone == namespace+".svc" || zone == namespace+".svc.cluster.local")
}
