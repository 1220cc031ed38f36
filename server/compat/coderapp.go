package compat

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/registration/objects"
)

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
