package compat

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/jsonmembers"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/registration/objects"
)

// Applications registers clients for the bearers of tokens. What it returns are httpx.Errors.
type Applications interface {
	registration.Registrar
	OwnApplications
	// NewSecret returns a client secret of a client that a bearer registered, and which one of
	// its client secrets that is.
	NewSecret(ctx context.Context, by registration.Bearer, id string) (secret string, generation int64, err error)
}

// OwnApplications are the clients that a bearer registered.
type OwnApplications interface {
	// List returns them all.
	List(ctx context.Context, by registration.Bearer) ([]objects.Client, error)
	// Get returns one.
	Get(ctx context.Context, by registration.Bearer, id string) (objects.Client, error)
	// Delete ends one.
	Delete(ctx context.Context, by registration.Bearer, id string) error
}

var _ Applications = (*objects.Registrar)(nil)

// coderApplications lists applications and registers them.
type coderApplications struct{ *Server }

var _ httpx.Endpoint = (*coderApplications)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (c *coderApplications) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	by, err := c.bearer(r)
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
			out[i] = c.coderApp(&list[i])
		}
		httpx.WriteJSON(w, http.StatusOK, out)
		return nil
	case http.MethodPost:
		return c.create(w, r, by)
	}
	return notAllowed(w, "GET, HEAD, POST")
}

func (c *coderApplications) create(w http.ResponseWriter, r *http.Request, by registration.Bearer) error {
	m, err := c.read(w, r)
	if err != nil {
		registration.Refused(r.Context(), err)
		return err
	}
	made, err := c.Applications.Register(r.Context(), by, m)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusCreated, c.coderApp(&objects.Client{
		ID: made.ClientID, Name: made.Name, LogoURI: made.LogoURI, RedirectURIs: made.RedirectURIs,
	}))
	return nil
}

func (c *coderApplications) read(w http.ResponseWriter, r *http.Request) (registration.Metadata, error) {
	body, err := httpx.ReadJSON(w, r)
	if err != nil {
		return registration.Metadata{}, err
	}
	return coderMetadata(body, c.coderScopes())
}

// coderScopes returns what an application may ask for: Coder has no scopes, and each of its
// tokens tells who the user is. A scope that is restricted cannot be registered without a policy,
// so an application does without.
func (s *Server) coderScopes() []string {
	var out []string
	for _, scope := range []string{scopeProfile, scopeEmail} {
		if slices.ContainsFunc(s.Settings().Scopes, func(known oauthv1alpha1.ScopeDefinition) bool {
			return string(known.Name) == scope && !known.Restricted
		}) {
			out = append(out, scope)
		}
	}
	return out
}

// coderMetadata returns the metadata that a request of Coder stands for.
func coderMetadata(body []byte, scopes []string) (registration.Metadata, error) {
	const depth = 3
	sent, ok := jsonmembers.Parse(body, depth)
	if !ok {
		return registration.Metadata{}, httpx.BadRequest(httpx.CodeInvalidClientMetadata, "The body must be a JSON object in UTF-8 that has each member once.")
	}
	if name, ok := sent.Text("name"); !ok || name == "" {
		return registration.Metadata{}, httpx.BadRequest(httpx.CodeInvalidClientMetadata, "name must be a text.")
	}
	redirects, err := coderRedirects(sent)
	if err != nil {
		return registration.Metadata{}, err
	}
	metadata := map[string]any{
		"client_name": sent["name"], "redirect_uris": redirects, "token_endpoint_auth_method": registration.MethodPost,
		"grant_types": []string{"authorization_code", "refresh_token"}, "scope": strings.Join(scopes, " "),
	}
	if icon, there := sent["icon"]; there {
		metadata["logo_uri"] = icon
	}
	ours, err := json.Marshal(metadata)
	if err != nil {
		return registration.Metadata{}, err
	}
	m, err := registration.Read(ours)
	m.System = oauthv1alpha1.CompatibilityCoder
	return m, err
}

// coderRedirects returns the redirect URIs of a request: the one that is documented, or the list
// of later releases.
func coderRedirects(sent jsonmembers.Members) ([]string, error) {
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
