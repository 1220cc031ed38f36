package compat

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
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
	body, err := httpx.ReadJSON(w, r)
	if err != nil {
		return err
	}
	m, err := coderMetadata(body, c.coderScopes())
	if err != nil {
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

// coderScopes returns what an application may ask for: Coder has no scopes, and each of its
// tokens tells who the user is.
func (s *Server) coderScopes() []string {
	var out []string
	for _, scope := range []string{scopeProfile, scopeEmail} {
		if slices.ContainsFunc(s.Settings().Scopes, func(known oauthv1alpha1.ScopeDefinition) bool { return string(known.Name) == scope }) {
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

// coderApp is what an application is told as.
func (s *Server) coderApp(c *objects.Client) map[string]any {
	callback := ""
	if len(c.RedirectURIs) > 0 {
		callback = c.RedirectURIs[0]
	}
	issuer := s.Issuer()
	return map[string]any{
		"id": c.ID, "name": c.Name, "callback_url": callback, "redirect_uris": c.RedirectURIs, "icon": c.LogoURI,
		// Applications of Coder do not use devices.
		"endpoints": map[string]string{
			"authorization": issuer + coderAuthorize, "token": issuer + coderTokens, "token_revoke": issuer + coderRevoke, "device_authorization": "",
		},
	}
}

// coderApplication is about one application.
type coderApplication struct{ *Server }

var _ httpx.Endpoint = (*coderApplication)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (c *coderApplication) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	_, rest, _ := strings.Cut(r.URL.Path, coderApps+"/")
	id, of, about := strings.Cut(rest, "/")
	if about && of != "secrets" {
		return httpx.NotFound()
	}
	by, err := c.bearer(r)
	if err != nil {
		return err
	}
	isRead := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case about && r.Method == http.MethodPost:
		return c.newSecret(w, r, by, id)
	case about && !isRead:
		return notAllowed(w, "GET, HEAD, POST")
	case !about && r.Method == http.MethodDelete:
		if err := c.Applications.Delete(r.Context(), by, id); err != nil {
			return err
		}
		noContent(w)
		return nil
	case !about && !isRead:
		return notAllowed(w, "GET, HEAD, DELETE")
	}
	client, err := c.Applications.Get(r.Context(), by, id)
	switch {
	case err != nil:
		return err
	case about:
		httpx.WriteJSON(w, http.StatusOK, coderSecrets(&client))
	default:
		httpx.WriteJSON(w, http.StatusOK, c.coderApp(&client))
	}
	return nil
}

func (c *coderApplication) newSecret(w http.ResponseWriter, r *http.Request, by registration.Bearer, id string) error {
	secret, generation, err := c.Applications.NewSecret(r.Context(), by, id)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusCreated, map[string]string{"id": strconv.FormatInt(generation, 10), "client_secret_full": secret})
	return nil
}

// coderSecrets is what is told of the client secret of an application. When it was used last is
// not known: that would be a write for each use. No part of it is told.
func coderSecrets(c *objects.Client) []any {
	if c.Secret == 0 {
		return []any{}
	}
	return []any{map[string]any{"id": strconv.FormatInt(c.Secret, 10), "last_used_at": nil, "client_secret_truncated": "gcs_"}}
}

// bearer returns who sent a request, or an httpx.Error.
func (s *Server) bearer(r *http.Request) (registration.Bearer, error) {
	if !s.Settings().Registration.WithToken {
		return registration.Bearer{}, &httpx.Error{
			Code: httpx.CodeAccessDenied, Status: http.StatusForbidden, Description: "Nobody may register applications here: spec.registration.namespaces of the OAuthServer is empty.",
		}
	}
	token, err := bearerToken(r)
	return registration.Bearer{Token: token, Address: s.Address(r)}, err
}

// bearerToken returns the token of a request (RFC 6750 section 2.1), or an httpx.Error.
func bearerToken(r *http.Request) (string, error) {
	headers := r.Header.Values("Authorization")
	if len(headers) == 0 {
		return "", &httpx.Error{
			Code: httpx.CodeInvalidRequest, Description: "The request has no access token.", Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearerMissing,
		}
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", refusedToken("The Authorization header must be one Bearer token.")
	}
	return token, nil
}

func refusedToken(description string) error {
	return &httpx.Error{Code: httpx.CodeInvalidToken, Description: description, Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearer}
}

func notAllowed(w http.ResponseWriter, methods string) error {
	w.Header().Set("Allow", methods)
	return &httpx.Error{Code: httpx.CodeInvalidRequest, Description: "Use one of " + methods + ".", Status: http.StatusMethodNotAllowed}
}

func noContent(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
