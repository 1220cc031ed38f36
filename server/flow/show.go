package flow

import (
	"encoding/json"

	"github.com/grantor-dev/grantor/internal/resourcespec"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/ui"
)

// MaxState is how long the state may be that an application gets back, in bytes.
const MaxState = 2048

// Application is how pages show a client.
func Application(client *clients.Client) ui.Application {
	p := client.People()
	return ui.Application{
		Name: p.DisplayName, ID: shownID(client), Namespace: client.Namespace(),
		LogoURI: p.LogoURI, HomeURI: p.ClientURI, PolicyURI: p.PolicyURI, TermsURI: p.TOSURI,
	}
}

// shownID returns what a user tells a client by: its ID, unless that is long.
func shownID(client *clients.Client) string {
	if client.Registered() {
		return string(client.UID())
	}
	return client.GetID()
}

// Access returns what a client asks for, or has, in the words of the server's catalogue and
// of resources.
func (s *Visits) Access(access consents.Access) ui.Access {
	settings := s.Settings()
	descriptions, names := map[string]string{}, map[string]string{}
	for _, scope := range settings.Scopes {
		descriptions[string(scope.Name)] = scope.Description
	}
	for _, audience := range settings.Audiences {
		names[string(audience.Name)] = audience.DisplayName
	}
	shown := ui.Access{Offline: access.Offline}
	for _, scope := range access.Scopes {
		if scope == grants.ScopeOffline && access.Offline {
			// The page says it in a sentence of its own.
			continue
		}
		shown.Scopes = append(shown.Scopes, ui.Scope{Name: scope, Description: descriptions[scope]})
	}
	for _, audience := range access.Audiences {
		name, scope, ofResource := consents.CutAt(audience)
		if scope != "" {
			continue
		}
		one := ui.Audience{Name: name, DisplayName: names[name], Scopes: s.scopesAt(access, name)}
		if resource := s.Resources.Find(name); ofResource && resource != nil {
			one.DisplayName = resource.DisplayName
		}
		shown.Audiences = append(shown.Audiences, one)
	}
	return shown
}

// scopesAt returns the scopes of a resource in its own words.
func (s *Visits) scopesAt(access consents.Access, identifier string) []ui.Scope {
	var out []ui.Scope
	for _, audience := range access.Audiences {
		of, name, ok := consents.CutAt(audience)
		if !ok || of != identifier || name == "" {
			continue
		}
		scope := resourcespec.Scope{Name: name}
		if resource := s.Resources.Find(identifier); resource != nil {
			if known, ok := resource.Scope(name); ok {
				scope = known
			}
		}
		out = append(out, ui.Scope{Name: scope.Name, Description: scope.Description})
	}
	return out
}

// Audited returns what the audit log says of a client; nil for none.
func Audited(client *clients.Client) audit.Client {
	if client == nil {
		return nil
	}
	return client
}

// Hint is what an id_token_hint says.
type Hint struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
}

// OpenHint reads an ID token that this server issued. That it has expired does not
// matter (OpenID Connect Core 1.0 section 3.1.2.1).
func OpenHint(set *keys.Set, issuer, idToken string) (Hint, bool) {
	var hint Hint
	payload, err := set.Verify(keys.TypeIDToken, idToken)
	if err != nil || json.Unmarshal(payload, &hint) != nil || hint.Issuer != issuer || hint.Subject == "" {
		return Hint{}, false
	}
	return hint, true
}
