package gancio

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/jsonmembers"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
)

// registrations is the endpoint at which applications register, without a token.
type registrations struct {
	strangers registration.Strangers
	settings  func() *serverspec.Settings
}

var _ httpx.Endpoint = (*registrations)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (g *registrations) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return &httpx.Error{Code: httpx.CodeInvalidRequest, Description: "Use POST.", Status: http.StatusMethodNotAllowed}
	}
	if err := g.strangers.Admit(r); err != nil {
		return err
	}
	m, err := g.read(w, r)
	if err != nil {
		registration.Refused(r.Context(), err)
		return err
	}
	response, err := g.strangers.Register(r.Context(), m)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusOK, answer(&response))
	return nil
}

// read returns the metadata of a registration request.
func (g *registrations) read(w http.ResponseWriter, r *http.Request) (registration.Metadata, error) {
	sent, err := members(w, r)
	if err != nil {
		return registration.Metadata{}, err
	}
	if !slices.Contains(g.settings().Registration.Anonymous.Scopes, scopeEvent) {
		return registration.Metadata{}, &httpx.Error{
			Code: httpx.CodeAccessDenied, Status: http.StatusForbidden,
			Description: "Applications that register may not write events: spec.registration.anonymous.scopes of the OAuthServer lacks event:write.",
		}
	}
	return metadata(sent)
}

// members returns the parameters of a request as JSON members, from a form or from JSON.
func members(w http.ResponseWriter, r *http.Request) (jsonmembers.Members, error) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && media == "application/json" {
		body, err := httpx.ReadJSON(w, r)
		if err != nil {
			return nil, err
		}
		const depth = 2
		out, ok := jsonmembers.Parse(body, depth)
		if !ok {
			return nil, httpx.BadRequest(httpx.CodeInvalidRequest, "The body must be a JSON object in UTF-8 that has each member once, and texts as values.")
		}
		return out, nil
	}
	if err := httpx.ParseForm(w, r); err != nil {
		return nil, err
	}
	out := jsonmembers.Members{}
	for name := range r.PostForm {
		text, err := json.Marshal(r.PostForm.Get(name))
		if err != nil {
			return nil, err
		}
		out[name] = text
	}
	return out, nil
}

// metadata converts the members of a request to client metadata.
func metadata(sent jsonmembers.Members) (registration.Metadata, error) {
	scopes, ok := sent.Text("scopes")
	if !ok || slices.ContainsFunc(strings.Fields(scopes), func(scope string) bool { return scope != scopeEvent }) {
		return registration.Metadata{}, &httpx.Error{
			Code: httpx.CodeInvalidClientMetadata, Status: http.StatusUnprocessableEntity, Description: "The only scope is event:write.",
		}
	}
	redirect, ok := sent.Text("redirect_uris")
	if !ok || redirect == "" {
		return registration.Metadata{}, httpx.BadRequest(httpx.CodeInvalidRedirectURI, "redirect_uris must be one URI, as a text.")
	}
	ours := map[string]any{
		"redirect_uris": []string{redirect}, "token_endpoint_auth_method": registration.MethodPost, "scope": scopeEvent,
		"grant_types": []string{"authorization_code", "refresh_token"},
	}
	for theirs, name := range map[string]string{"client_name": "client_name", "website": "client_uri"} {
		if value, there := sent[theirs]; there {
			ours[name] = value
		}
	}
	body, err := json.Marshal(ours)
	if err != nil {
		return registration.Metadata{}, err
	}
	m, err := registration.Read(body)
	m.System = oauthv1alpha1.CompatibilityGancio
	return m, err
}
