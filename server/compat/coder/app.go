package coder

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/registration/objects"
)

// shown returns an application as Coder's API describes it.
func shown(issuer string, c *objects.Client) map[string]any {
	callback := ""
	if len(c.RedirectURIs) > 0 {
		callback = c.RedirectURIs[0]
	}
	return map[string]any{
		"id": c.ID, "name": c.Name, "callback_url": callback, "redirect_uris": c.RedirectURIs, "icon": c.LogoURI,
		// Coder's applications do not use the device flow.
		"endpoints": map[string]string{
			"authorization": issuer + authorizePath, "token": issuer + tokensPath, "token_revoke": issuer + revokePath, "device_authorization": "",
		},
	}
}

// application is the endpoint of one application and its client secrets.
type application struct{ *compat.Server }

var _ httpx.Endpoint = (*application)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (c *application) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	_, rest, _ := strings.Cut(r.URL.Path, appsPath+"/")
	id, of, about := strings.Cut(rest, "/")
	secret, isOne := strings.CutPrefix(of, "secrets/")
	if about && of != "secrets" && !isOne {
		return httpx.NotFound()
	}
	by, err := bearer(c.Server, r)
	if err != nil {
		return err
	}
	isRead := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case isOne:
		return c.voidSecret(w, r, by, id, secret)
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
		return c.list(w, &client)
	default:
		httpx.WriteJSON(w, http.StatusOK, shown(c.Issuer(), &client))
	}
	return nil
}

func (c *application) newSecret(w http.ResponseWriter, r *http.Request, by registration.Bearer, id string) error {
	secret, generation, err := c.Applications.NewSecret(r.Context(), by, id)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusCreated, map[string]string{"id": strconv.FormatInt(generation, 10), "client_secret_full": secret})
	return nil
}

// voidSecret makes a client secret void. Another one always takes its place.
func (c *application) voidSecret(w http.ResponseWriter, r *http.Request, by registration.Bearer, id, secret string) error {
	generation, err := strconv.ParseInt(secret, 10, 64)
	if err != nil || generation < 1 || strconv.FormatInt(generation, 10) != secret {
		return httpx.NotFound()
	}
	if r.Method != http.MethodDelete {
		return notAllowed(w, "DELETE")
	}
	if err := c.Applications.VoidSecret(r.Context(), by, id, generation); err != nil {
		return err
	}
	noContent(w)
	return nil
}

func (c *application) list(w http.ResponseWriter, application *objects.Client) error {
	client, err := c.Clients.Client(application.ID)
	if err != nil {
		return httpx.Unavailable(err)
	}
	secret := ""
	if client != nil {
		secret, _ = client.DerivedSecret()
	}
	httpx.WriteJSON(w, http.StatusOK, secrets(application, secret))
	return nil
}

// ending is how many of the last characters of a client secret tell which one it is.
const ending = 4

// secrets lists the client secret of an application, with its last characters if it counts.
// last_used_at is null, because storing it would take a write for each use.
func secrets(c *objects.Client, secret string) []any {
	if c.Secret == 0 {
		return []any{}
	}
	return []any{map[string]any{
		"id": strconv.FormatInt(c.Secret, 10), "last_used_at": nil, "client_secret_truncated": secret[max(0, len(secret)-ending):],
	}}
}
