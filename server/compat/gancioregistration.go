package compat

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/jsonmembers"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
)

// gancioRegistration registers an application that has no token.
type gancioRegistration struct{ *Server }

var _ httpx.Endpoint = (*gancioRegistration)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (g *gancioRegistration) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return &httpx.Error{Code: httpx.CodeInvalidRequest, Description: "Use POST.", Status: http.StatusMethodNotAllowed}
	}
	if err := g.Strangers.Admit(r); err != nil {
		return err
	}
	m, err := g.read(w, r)
	if err != nil {
		registration.Refused(r.Context(), err)
		return err
	}
	response, err := g.Strangers.Register(r.Context(), m)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusOK, gancioAnswer(&response))
	return nil
}

// read returns what a request registers.
func (g *gancioRegistration) read(w http.ResponseWriter, r *http.Request) (registration.Metadata, error) {
	sent, err := gancioMembers(w, r)
	if err != nil {
		return registration.Metadata{}, err
	}
	if !slices.Contains(g.Settings().Registration.Anonymous.Scopes, gancioScope) {
		return registration.Metadata{}, &httpx.Error{
			Code: httpx.CodeAccessDenied, Status: http.StatusForbidden,
			Description: "Applications that register may not write events: spec.registration.anonymous.scopes of the OAuthServer lacks event:write.",
		}
	}
	return gancioMetadata(sent)
}

// gancioMembers returns the parameters of a request, which is a form or JSON, as JSON members.
func gancioMembers(w http.ResponseWriter, r *http.Request) (jsonmembers.Members, error) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && media == "application/json" {
		body, err := httpx.ReadJSON(w, r)
		if err != nil {
			return nil, err
		}
		const depth = 2
		members, ok := jsonmembers.Parse(body, depth)
		if !ok {
			return nil, httpx.BadRequest(httpx.CodeInvalidRequest, "The body must be a JSON object in UTF-8 that has each member once, and texts as values.")
		}
		return members, nil
	}
	if err := httpx.ParseForm(w, r); err != nil {
		return nil, err
	}
	members := jsonmembers.Members{}
	for name := range r.PostForm {
		text, err := json.Marshal(r.PostForm.Get(name))
		if err != nil {
			return nil, err
		}
		members[name] = text
	}
	return members, nil
}

// gancioMetadata returns the metadata that the members of a request stand for.
func gancioMetadata(sent jsonmembers.Members) (registration.Metadata, error) {
	scopes, ok := sent.Text("scopes")
	if !ok || slices.ContainsFunc(strings.Fields(scopes), func(scope string) bool { return scope != gancioScope }) {
		return registration.Metadata{}, &httpx.Error{
			Code: httpx.CodeInvalidClientMetadata, Status: http.StatusUnprocessableEntity, Description: "The only scope is event:write.",
		}
	}
	redirect, ok := sent.Text("redirect_uris")
	if !ok || redirect == "" {
		return registration.Metadata{}, httpx.BadRequest(httpx.CodeInvalidRedirectURI, "redirect_uris must be one URI, as a text.")
	}
	metadata := map[string]any{
		"redirect_uris": []string{redirect}, "token_endpoint_auth_method": registration.MethodPost, "scope": gancioScope,
		"grant_types": []string{"authorization_code", "refresh_token"},
	}
	for theirs, ours := range map[string]string{"client_name": "client_name", "website": "client_uri"} {
		if value, there := sent[theirs]; there {
			metadata[ours] = value
		}
	}
	body, err := json.Marshal(metadata)
	if err != nil {
		return registration.Metadata{}, err
	}
	m, err := registration.Read(body)
	m.System = oauthv1alpha1.CompatibilityGancio
	return m, err
}
