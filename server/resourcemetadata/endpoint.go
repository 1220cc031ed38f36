package resourcemetadata

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/resourcespec"
	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/resources"
)

// maxAge is how long, in seconds, others may keep a document.
const maxAge = 60

// Resources finds protected resources.
type Resources interface {
	// Find returns the resource with an identifier, or nil if there is none.
	Find(identifier string) *resourcespec.Resource
	// Named returns the resource of an OAuthResource, or nil if there is none.
	Named(namespace, name string) *resourcespec.Resource
}

var _ Resources = (*resources.Registry)(nil)

// Endpoint serves the metadata of all resources.
type Endpoint struct {
	// Issuer returns the issuer URL, which can change while the server runs.
	Issuer    func() string
	Resources Resources
	// Itself reports whether the issuer is told as a resource, too, where no OAuthResource has
	// its address; nil for never.
	Itself func() bool
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// Serves reports whether a path can be that of a document: below the issuer, or where
// clients look that know nothing but the resource.
func Serves(belowIssuer, whole string) bool {
	return strings.HasPrefix(belowIssuer, endpoints.Resources) ||
		whole == endpoints.ProtectedResource || strings.HasPrefix(whole, endpoints.ProtectedResource+"/")
}

// metadata is what is said of a resource (RFC 9728 section 2).
type metadata struct {
	Resource             string   `json:"resource"`
	AuthorizationServers []string `json:"authorization_servers"`
	Scopes               []string `json:"scopes_supported,omitempty"`
	BearerMethods        []string `json:"bearer_methods_supported"`
	Name                 string   `json:"resource_name,omitempty"`
	DPoPAlgorithms       []string `json:"dpop_signing_alg_values_supported"`
	DPoPRequired         bool     `json:"dpop_bound_access_tokens_required,omitempty"`
	CertificateBound     bool     `json:"tls_client_certificate_bound_access_tokens,omitempty"`
}

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Readable(w, r); err != nil {
		return err
	}
	found := e.find(r)
	if found == nil && e.isAboutIssuer(r) {
		found = &resourcespec.Resource{Identifier: e.Issuer()}
	}
	if found == nil || found.Refused {
		return httpx.NotFound()
	}
	document, err := httpx.NewDocument(e.describe(found), maxAge)
	if err != nil {
		return err
	}
	document.Serve(w, r)
	return nil
}

// find returns the resource that a request is about. By the well-known address it is the one
// with the host that the client asked, as the route to this server kept it.
func (e *Endpoint) find(r *http.Request) *resourcespec.Resource {
	if path, ok := strings.CutPrefix(r.URL.EscapedPath(), endpoints.ProtectedResource); ok {
		identifier, ok := resourcespec.Normalized("https://" + r.Host + path)
		if !ok {
			return nil
		}
		return e.Resources.Find(identifier)
	}
	issuer, err := url.Parse(e.Issuer())
	if err != nil {
		return nil
	}
	namespace, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, issuer.Path+endpoints.Resources), "/")
	return e.Resources.Named(namespace, name)
}

// isAboutIssuer reports whether a request is about the issuer, whose endpoints of users take
// access tokens as resource servers do.
func (e *Endpoint) isAboutIssuer(r *http.Request) bool {
	if e.Itself == nil || !e.Itself() {
		return false
	}
	issuer, err := url.Parse(e.Issuer())
	return err == nil && strings.EqualFold(r.Host, issuer.Host) && r.URL.EscapedPath() == endpoints.ProtectedResource+issuer.EscapedPath()
}

func (e *Endpoint) describe(r *resourcespec.Resource) metadata {
	m := metadata{
		Resource: r.Identifier, AuthorizationServers: []string{e.Issuer()}, BearerMethods: []string{"header"}, Name: r.DisplayName,
		DPoPAlgorithms: dpop.Algorithms(), DPoPRequired: r.NeedsDPoP(), CertificateBound: r.NeedsCertificate(),
	}
	for _, scope := range r.Scopes {
		m.Scopes = append(m.Scopes, scope.Name)
	}
	return m
}
