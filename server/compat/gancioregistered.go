package compat

import (
	"net/http"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
)

// gancioAnswer is what an application is told of its registration. The documentation and the
// code of Gancio spell the redirect URI in two ways.
func gancioAnswer(registered *registration.Response) map[string]string {
	answer := gancioShown(&registered.Metadata)
	answer["client_id"], answer["client_secret"] = registered.ClientID, registered.Secret
	answer["redirect_uris"], answer["redirectUris"] = registered.RedirectURIs[0], registered.RedirectURIs[0]
	return answer
}

// gancioShown is what everyone is told of an application.
func gancioShown(m *registration.Metadata) map[string]string {
	return map[string]string{"name": m.Name, "scopes": strings.Join(m.Scopes, " "), "website": m.ClientURI}
}

// gancioRegistered tells of an application that registered.
type gancioRegistered struct{ *Server }

var _ httpx.Endpoint = (*gancioRegistered)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (g *gancioRegistered) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Readable(w, r); err != nil {
		return err
	}
	_, id, _ := strings.Cut(r.URL.Path, gancioClient+"/")
	m, there, err := g.Sealed.Registered(oauthv1alpha1.CompatibilityGancio, id)
	if err != nil {
		return err
	}
	if !there {
		return httpx.NotFound()
	}
	httpx.WriteJSON(w, http.StatusOK, gancioShown(&m))
	return nil
}
