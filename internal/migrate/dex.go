package migrate

import (
	"maps"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/migrate/dexconnectors"
	"github.com/grantor-dev/grantor/internal/migrate/report"
	"github.com/grantor-dev/grantor/internal/migrate/values"
)

// dexClient is a client in the configuration of Dex, or an OAuth2Client of
// dex.coreos.com.
type dexClient struct {
	ID           string   `json:"id"`
	IDEnv        string   `json:"idEnv"`
	Secret       string   `json:"secret"`
	SecretEnv    string   `json:"secretEnv"`
	RedirectURIs []string `json:"redirectURIs"`
	Public       bool     `json:"public"`
	Name         string   `json:"name"`
	LogoURL      string   `json:"logoURL"`

	// raw is the client with the fields that this program does not know.
	raw map[string]any
}

// dexKnown are the fields of a client that are read, and what makes it an object.
var dexKnown = []string{
	"id", "idEnv", "secret", "secretEnv", "redirectURIs", "public", "name", "logoURL", "apiVersion", "kind", "metadata",
}

// dexScopes are those that every client of Dex may ask for.
var dexScopes = []string{"openid", "profile", "email", "groups", "offline_access"}

func (f *found) dexConfig(text []byte) error {
	var config struct {
		OAuth2 struct {
			SkipApprovalScreen bool `json:"skipApprovalScreen"`
		} `json:"oauth2"`
		StaticClients []dexClient               `json:"staticClients"`
		Connectors    []dexconnectors.Connector `json:"connectors"`
	}
	if err := decode(text, &config); err != nil {
		return err
	}
	var whole struct {
		StaticClients []map[string]any `json:"staticClients"`
	}
	if err := decode(text, &whole); err != nil {
		return err
	}
	for i, c := range config.StaticClients {
		c.raw = whole.StaticClients[i]
		f.dex = append(f.dex, c)
	}
	f.connectors = append(f.connectors, config.Connectors...)
	f.skipApproval = f.skipApproval || config.OAuth2.SkipApprovalScreen
	return nil
}

func (f *found) dexObject(text []byte) error {
	var c dexClient
	if err := decode(text, &c); err != nil {
		return err
	}
	if err := decode(text, &c.raw); err != nil {
		return err
	}
	f.dex = append(f.dex, c)
	return nil
}

// fromDex returns what the clients of Dex say.
func fromDex(f *found, notes *report.Report) []application {
	var out []application
	for _, c := range f.dex {
		id := c.ID
		if values.FromEnvironment(id) {
			id = ""
		}
		a := application{
			source:      "client " + report.Printable(strings.Join(strings.Fields(c.ID+" "+c.IDEnv), " ")) + " of Dex",
			namespace:   f.options.Namespace,
			name:        objectName(values.FirstOf(c.ID, c.Name, c.IDEnv)),
			id:          id,
			secret:      c.Secret,
			displayName: c.Name,
			logo:        c.LogoURL,
			grants:      []string{"authorization_code", "refresh_token"},
			redirects:   c.RedirectURIs,
			scopes:      dexScopes,
		}
		if c.Public {
			a.method, a.secret = "none", ""
		}
		c.rest(&a, notes)
		out = append(out, a)
	}
	if f.skipApproval {
		notes.Lostf("Dex: oauth2.skipApprovalScreen is not kept, users are asked once; if an OAuthClientPolicy allows it, set spec.consent to Skip")
	}
	return out
}

// rest names what is somewhere else, or has no counterpart.
func (c dexClient) rest(a *application, notes *report.Report) {
	if a.id == "" {
		notes.Lostf("%s: the client ID comes from the environment of Dex and is not kept; set spec.clientID", a.source)
	}
	if !c.Public && (c.SecretEnv != "" || values.FromEnvironment(c.Secret)) {
		a.secret = ""
		a.secretTold = true
		notes.Lostf("%s: the client secret comes from the environment of Dex and is not kept; name the Secret that it comes from in spec.secret.from", a.source)
	}
	if c.Public && len(c.RedirectURIs) == 0 {
		a.redirects = []string{"http://localhost", "http://127.0.0.1"}
		notes.Lostf("%s: a public client of Dex may return to any path of localhost; list the paths in spec.redirectURIs", a.source)
	}
	for _, field := range slices.Sorted(maps.Keys(c.raw)) {
		if !slices.Contains(dexKnown, field) && !values.Empty(c.raw[field]) {
			notes.Lostf("%s: %s is not kept; it has no counterpart", a.source, report.Printable(field))
		}
	}
}
