package flow

import (
	"encoding/json"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/ui"
)

// MaxState is how long the state may be that an application gets back, in bytes.
const MaxState = 2048

// Application is how pages show a client.
func Application(client *clients.Client) ui.Application {
	p := client.People()
	return ui.Application{
		Name: p.DisplayName, ID: client.GetID(), Namespace: client.Namespace(),
		LogoURI: p.LogoURI, HomeURI: p.ClientURI, PolicyURI: p.PolicyURI, TermsURI: p.TOSURI,
	}
}

// Scopes returns scopes with the descriptions of the server's catalogue.
func (s *Visits) Scopes(scopes []string) []ui.Scope {
	catalogue := map[string]string{}
	for _, scope := range s.Settings().Scopes {
		catalogue[string(scope.Name)] = scope.Description
	}
	out := make([]ui.Scope, len(scopes))
	for i, scope := range scopes {
		out[i] = ui.Scope{Name: scope, Description: catalogue[scope]}
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
