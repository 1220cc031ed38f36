package coder

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/jsonmembers"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/registration/objects"
)

// applications is the endpoint that lists and registers applications.
type applications struct{ *compat.Server }

var _ httpx.Endpoint = (*applications)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (c *applications) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	by, err := bearer(c.Server, r)
	if err != nil {
		return err
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		list, err := c.Applications.List(r.Context(), by)
		if err != nil {
			return err
		}
		out := make([]any, len(list))
		for i := range list {
			out[i] = shown(c.Issuer(), &list[i])
		}
		httpx.WriteJSON(w, http.StatusOK, out)
		return nil
	case http.MethodPost:
		return c.create(w, r, by)
	}
	return notAllowed(w, "GET, HEAD, POST")
}

func (c *applications) create(w http.ResponseWriter, r *http.Request, by registration.Bearer) error {
	m, err := c.read(w, r)
	if err != nil {
		registration.Refused(r.Context(), err)
		return err
	}
	made, err := c.Applications.Register(r.Context(), by, m)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusCreated, shown(c.Issuer(), &objects.Client{
		ID: made.ClientID, Name: made.Name, LogoURI: made.LogoURI, RedirectURIs: made.RedirectURIs,
	}))
	return nil
}

func (c *applications) read(w http.ResponseWriter, r *http.Request) (registration.Metadata, error) {
	body, err := httpx.ReadJSON(w, r)
	if err != nil {
		return registration.Metadata{}, err
	}
	return metadata(body, scopesOf(c.Settings()))
}

// scopesOf returns the scopes of a new application: those that identify the user, because
// Coder has no scopes and each of its tokens does that. Restricted scopes are omitted, since
// registering them needs a policy.
func scopesOf(settings *serverspec.Settings) []string {
	var out []string
	for _, scope := range []string{compat.ScopeProfile, compat.ScopeEmail} {
		if slices.ContainsFunc(settings.Scopes, func(known oauthv1alpha1.ScopeDefinition) bool {
			return string(known.Name) == scope && !known.Restricted
		}) {
			out = append(out, scope)
		}
	}
	return out
}

// metadata converts a request of Coder's API to client metadata.
func metadata(body []byte, scopes []string) (registration.Metadata, error) {
	const depth = 3
	sent, ok := jsonmembers.Parse(body, depth)
	if !ok {
		return registration.Metadata{}, httpx.BadRequest(httpx.CodeInvalidClientMetadata, "The body must be a JSON object in UTF-8 that has each member once.")
	}
	if name, ok := sent.Text("name"); !ok || name == "" {
		return registration.Metadata{}, httpx.BadRequest(httpx.CodeInvalidClientMetadata, "name must be a text.")
	}
	redirects, err := redirectsOf(sent)
	if err != nil {
		return registration.Metadata{}, err
	}
	ours := map[string]any{
		"client_name": sent["name"], "redirect_uris": redirects, "token_endpoint_auth_method": registration.MethodPost,
		"grant_types": []string{"authorization_code", "refresh_token"}, "scope": strings.Join(scopes, " "),
	}
	if icon, there := sent["icon"]; there {
		ours["logo_uri"] = icon
	}
	encoded, err := json.Marshal(ours)
	if err != nil {
		return registration.Metadata{}, err
	}
	m, err := registration.Read(encoded)
	m.System = oauthv1alpha1.CompatibilityCoder
	return m, err
}

// redirectsOf returns the redirect URIs of a request: callback_url, which is documented, and
// the list redirect_uris of later releases.
func redirectsOf(sent jsonmembers.Members) ([]string, error) {
	one, isText := sent.Text("callback_url")
	list, there, ok := sent.List("redirect_uris")
	switch {
	case !isText || !ok:
		return nil, httpx.BadRequest(httpx.CodeInvalidRedirectURI, "callback_url must be a text, and redirect_uris a list of texts.")
	case one != "" && !slices.Contains(list, one):
		return append([]string{one}, list...), nil
	case !there && one == "":
		return nil, httpx.BadRequest(httpx.CodeInvalidRedirectURI, "callback_url must be a URI.")
	}
	return list, nil
}
