package gancio

import (
	"net/http"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/registration/sealed"
)

// Registered finds registered applications.
type Registered interface {
	// Registered returns the metadata of a client that registered at a path of the system, and
	// false for any other ID. Its errors are of type httpx.Error.
	Registered(system oauthv1alpha1.CompatibilityProfile, id string) (registration.Metadata, bool, error)
}

var _ Registered = (*sealed.Registrar)(nil)

// answer returns the response to a registration. It has the redirect URI under two names,
// because Gancio's documentation and its code differ.
func answer(made *registration.Response) map[string]string {
	out := shown(&made.Metadata)
	out["client_id"], out["client_secret"] = made.ClientID, made.Secret
	out["redirect_uris"], out["redirectUris"] = made.RedirectURIs[0], made.RedirectURIs[0]
	return out
}

// shown returns the public members of an application.
func shown(m *registration.Metadata) map[string]string {
	return map[string]string{"name": m.Name, "scopes": strings.Join(m.Scopes, " "), "website": m.ClientURI}
}

// registered is the endpoint that describes a registered application.
type registered struct{ clients Registered }

var _ httpx.Endpoint = (*registered)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (g *registered) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Readable(w, r); err != nil {
		return err
	}
	_, id, _ := strings.Cut(r.URL.Path, clientPath+"/")
	m, there, err := g.clients.Registered(oauthv1alpha1.CompatibilityGancio, id)
	if err != nil {
		return err
	}
	if !there {
		return httpx.NotFound()
	}
	httpx.WriteJSON(w, http.StatusOK, shown(&m))
	return nil
}
