package migrate

import (
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/migrate/report"
	"github.com/grantor-dev/grantor/internal/migrate/values"
)

// writer turns applications into manifests.
type writer struct {
	options   Options
	notes     *report.Report
	manifests []map[string]any
	// names are those of OAuthClients and of Secrets that are taken, with their
	// namespaces; ids are the client IDs.
	names, secrets    map[string]int
	ids               map[string]bool
	scopes, audiences []string
}

func newWriter(f *found, notes *report.Report) *writer {
	w := &writer{options: f.options, notes: notes, names: map[string]int{}, secrets: map[string]int{}, ids: map[string]bool{}}
	for name := range f.secrets {
		w.secrets[name] = 1
	}
	for _, c := range f.hydra {
		w.secrets[f.namespace(c.Metadata.Namespace)+"/"+c.Spec.SecretName] = 1
	}
	return w
}

// write adds the manifests of an application.
func (w *writer) write(a application) {
	if !a.check(w.notes) {
		return
	}
	a.name = values.Free(w.names, a.namespace, a.name)
	spec := map[string]any{}
	w.identity(&a, spec)
	w.behaviour(&a, spec)
	if secret := w.secret(&a); len(secret) > 0 {
		spec["secret"] = secret
	}
	w.manifests = append(w.manifests, map[string]any{
		"apiVersion": oauthv1alpha1.GroupVersion.String(), "kind": "OAuthClient",
		"metadata": map[string]any{"namespace": a.namespace, "name": a.name}, "spec": spec,
	})
	w.scopes = append(w.scopes, a.scopes...)
	w.audiences = append(w.audiences, a.audiences...)
}

func (w *writer) identity(a *application, spec map[string]any) {
	id := a.namespace + "." + a.name
	if a.id != "" && a.id != id {
		id, spec["clientID"] = a.id, a.id
		if !strings.HasPrefix(id, a.namespace+".") && a.namespace != w.options.ServerNamespace {
			w.notes.Todof("%s: its client ID %s does not begin with %s, so it is refused until an OAuthClientPolicy lists it in spec.clientIDs",
				a.source, report.Quote(id), report.Quote(a.namespace+"."))
		}
	}
	if w.ids[id] {
		w.notes.Lostf("%s: another client of the input has the client ID %s, too; the older OAuthClient keeps it", a.source, report.Quote(id))
	}
	w.ids[id] = true
	values.Set(spec, "displayName", a.displayName)
	values.Set(spec, "logoURI", a.logo)
}

func (w *writer) behaviour(a *application, spec map[string]any) {
	if !slices.Equal(values.Sorted(a.grants), []string{"authorization_code", "refresh_token"}) {
		spec["grantTypes"] = a.grants
	}
	values.SetList(spec, "redirectURIs", a.redirects)
	values.SetList(spec, "postLogoutRedirectURIs", a.leaving)
	values.SetList(spec, "allowedOrigins", a.origins)
	values.SetList(spec, "scopes", a.scopes)
	values.SetList(spec, "audiences", a.audiences)
	if a.method != "" && a.method != "client_secret_basic" {
		authentication := map[string]any{"method": a.method}
		if a.method == "private_key_jwt" {
			authentication["jwksURI"] = a.jwksURI
		}
		spec["authentication"] = authentication
	}
	tokens := map[string]any{}
	setLifetime(tokens, "accessToken", a.accessToken)
	setLifetime(tokens, "refreshToken", a.refreshToken)
	setLifetime(tokens, "idToken", a.idToken)
	if a.redirecting() {
		if a.public() {
			w.notes.Todof("%s: a client without secret must send a code_challenge (PKCE, S256)", a.source)
		} else {
			// Hydra and Dex ask for neither a challenge nor a nonce; the application may not
			// know them.
			spec["pkce"] = "Optional"
		}
	}
	if len(tokens) > 0 {
		spec["tokens"] = tokens
	}
}

// catalogue says what the server has to know.
func (w *writer) catalogue() {
	if len(w.scopes) > 0 {
		w.notes.Todof("the OAuthServer must list these in spec.scopes: %s", report.Quoted(values.Sorted(w.scopes)))
	}
	if len(w.audiences) > 0 {
		w.notes.Todof("the OAuthServer must list these in spec.audiences: %s", report.Quoted(values.Sorted(w.audiences)))
	}
}

func setLifetime(into map[string]any, key, value string) {
	if value != "" {
		into[key] = map[string]any{"lifetime": value}
	}
}
