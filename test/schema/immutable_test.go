package schema

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"

	"github.com/grantor-dev/grantor/hack/devenv"
)

const (
	fixedClientID  = "clientID cannot be changed, set or removed later; create another OAuthClient instead"
	fixedServerRef = "serverRef cannot be changed, set or removed later; create another OAuthClient instead"
	fixedMark      = "a Mark cannot be changed"
	staysRevoked   = "a Grant that was revoked stays revoked"
	staysDeleted   = "a Registration that was deleted stays deleted"
	staysTaken     = "a Connection that was taken stays taken"
	staysEnded     = "a Login that ended stays ended"
)

// update is a change of an object that is there already.
type update struct {
	kind, at, rule string
	before, after  fields
	refused        bool
}

var updates = map[string]update{
	"clientID stays":                   {"OAuthClient", "spec", fixedClientID, nil, fields{"spec.suspend": true}, false},
	"clientID stays unset":             {"OAuthClient", "spec", fixedClientID, fields{"spec.clientID": nil}, fields{"spec.suspend": true}, false},
	"clientID changes":                 {"OAuthClient", "spec", fixedClientID, nil, fields{"spec.clientID": "team.other"}, true},
	"clientID changes case":            {"OAuthClient", "spec", fixedClientID, nil, fields{"spec.clientID": "team.App"}, true},
	"clientID is set":                  {"OAuthClient", "spec", fixedClientID, fields{"spec.clientID": nil}, fields{"spec.clientID": "team.app"}, true},
	"clientID is removed":              {"OAuthClient", "spec", fixedClientID, nil, fields{"spec.clientID": nil}, true},
	"serverRef stays":                  {"OAuthClient", "spec", fixedServerRef, nil, fields{"spec.displayName": "Other"}, false},
	"serverRef stays unset":            {"OAuthClient", "spec", fixedServerRef, fields{"spec.serverRef": nil}, fields{"spec.displayName": "Other"}, false},
	"serverRef changes":                {"OAuthClient", "spec", fixedServerRef, nil, fields{"spec.serverRef.name": "other"}, true},
	"serverRef moves":                  {"OAuthClient", "spec", fixedServerRef, nil, fields{"spec.serverRef.namespace": "other"}, true},
	"serverRef is set":                 {"OAuthClient", "spec", fixedServerRef, fields{"spec.serverRef": nil}, fields{"spec.serverRef.name": "default"}, true},
	"serverRef is removed":             {"OAuthClient", "spec", fixedServerRef, nil, fields{"spec.serverRef": nil}, true},
	"its namespace is set":             {"OAuthClient", "spec", fixedServerRef, fields{"spec.serverRef.namespace": nil}, fields{"spec.serverRef.namespace": "default"}, true},
	"its namespace goes":               {"OAuthClient", "spec", fixedServerRef, nil, fields{"spec.serverRef.namespace": nil}, true},
	"the type stays":                   {"OAuthClient", "spec", fixedType, nil, fields{"spec.secret.template.data": nil}, false},
	"the type stays unset":             {"OAuthClient", "spec", fixedType, fields{"spec.secret.template": nil}, fields{"spec.secret.template.metadata.labels.team": "b"}, false},
	"the type is said":                 {"OAuthClient", "spec", fixedType, fields{"spec.secret.template": nil}, fields{"spec.secret.template.type": "Opaque"}, false},
	"the type changes":                 {"OAuthClient", "spec", fixedType, nil, fields{"spec.secret.template.type": "example.com/other"}, true},
	"the type is set":                  {"OAuthClient", "spec", fixedType, fields{"spec.secret.template": nil}, fields{"spec.secret.template.type": "example.com/other"}, true},
	"the template goes":                {"OAuthClient", "spec", fixedType, nil, fields{"spec.secret.template": nil}, true},
	"the secret goes":                  {"OAuthClient", "spec", fixedType, nil, fields{"spec.secret": nil}, true},
	"of a token, the type stays":       {"OAuthToken", "spec", tokenFixedType, nil, fields{"spec.secret.template.data": nil}, false},
	"of a token, the type stays unset": {"OAuthToken", "spec", tokenFixedType, fields{"spec.secret.template": nil}, fields{"spec.secret.template.metadata.labels.team": "b"}, false},
	"of a token, the type is said":     {"OAuthToken", "spec", tokenFixedType, fields{"spec.secret.template": nil}, fields{"spec.secret.template.type": "Opaque"}, false},
	"of a token, the type changes":     {"OAuthToken", "spec", tokenFixedType, nil, fields{"spec.secret.template.type": "example.com/other"}, true},
	"of a token, the type is set":      {"OAuthToken", "spec", tokenFixedType, fields{"spec.secret.template": nil}, fields{"spec.secret.template.type": "example.com/other"}, true},
	"of a token, the template goes":    {"OAuthToken", "spec", tokenFixedType, nil, fields{"spec.secret.template": nil}, true},
	"of a token, the secret goes":      {"OAuthToken", "spec", tokenFixedType, nil, fields{"spec.secret": nil}, true},
	"a Grant is refreshed":             {"Grant", "spec.state", staysRevoked, nil, fields{"spec.generation": int64(2)}, false},
	"a Grant is revoked":               {"Grant", "spec.state", staysRevoked, nil, fields{"spec.state": "Revoked"}, false},
	"a tombstone changes":              {"Grant", "spec.state", staysRevoked, fields{"spec.state": "Revoked"}, fields{"spec.expiresAt": "2027-01-02T03:04:05Z"}, false},
	"a Grant is revived":               {"Grant", "spec.state", staysRevoked, fields{"spec.state": "Revoked"}, fields{"spec.state": "Active"}, true},
	"no secret is derived":             {"OAuthClient", "spec", fixedDerived, nil, fields{"spec.displayName": "Other"}, false},
	"a generation changes":             {"OAuthClient", "spec.secret.derived.generation", fixedGeneration, derived(nil), fields{"spec.secret.derived.generation": int64(2)}, false},
	"a generation returns":             {"OAuthClient", "spec.secret.derived.generation", fixedGeneration, derivedAt(2), fields{"spec.secret.derived.generation": int64(1)}, true},
	"derived is set":                   {"OAuthClient", "spec", fixedDerived, fields{"spec.secret": nil}, derived(nil), true},
	"derived goes":                     {"OAuthClient", "spec", fixedDerived, derived(nil), fields{"spec.secret": nil}, true},
	"a Registration ends":              {"Registration", "spec.state", staysDeleted, nil, fields{"spec.state": "Deleted"}, false},
	"a Connection is taken":            {"Connection", "spec.state", staysTaken, nil, fields{"spec.state": "Taken"}, false},
	"and given back":                   {"Connection", "spec.state", staysTaken, fields{"spec.state": "Taken"}, fields{"spec.state": "Received"}, true},
	"one is revived":                   {"Registration", "spec.state", staysDeleted, fields{"spec.state": "Deleted"}, fields{"spec.state": "Registered"}, true},
	"a Login is renewed":               {"Login", "spec.state", staysEnded, nil, fields{"spec.expiresAt": "2027-01-02T03:04:05Z"}, false},
	"a Login ends":                     {"Login", "spec.state", staysEnded, nil, fields{"spec.state": "Ended"}, false},
	"a Login is revived":               {"Login", "spec.state", staysEnded, fields{"spec.state": "Ended"}, fields{"spec.state": "Active"}, true},
	"username stays":                   {"OAuthUser", "spec.username", fixedUsername, nil, fields{"spec.disabled": true}, false},
	"username changes":                 {"OAuthUser", "spec.username", fixedUsername, nil, fields{"spec.username": "bob"}, true},
	"username changes case":            {"OAuthUser", "spec.username", fixedUsername, nil, fields{"spec.username": "Alice"}, true},
	"subject stays":                    {"OAuthUser", "spec", fixedSubject, nil, fields{"spec.disabled": true}, false},
	"subject stays unset":              {"OAuthUser", "spec", fixedSubject, fields{"spec.subject": nil}, fields{"spec.disabled": true}, false},
	"subject changes":                  {"OAuthUser", "spec", fixedSubject, nil, fields{"spec.subject": "bob"}, true},
	"subject is set":                   {"OAuthUser", "spec", fixedSubject, fields{"spec.subject": nil}, fields{"spec.subject": "alice"}, true},
	"subject is removed":               {"OAuthUser", "spec", fixedSubject, nil, fields{"spec.subject": nil}, true},
	"a provider's server stays":        {"OAuthIdentityProvider", "spec.serverName", providerFixed, nil, fields{"spec.disabled": true}, false},
	"a provider's server changes":      {"OAuthIdentityProvider", "spec.serverName", providerFixed, nil, fields{"spec.serverName": "other"}, true},
	"a provider's type stays":          {"OAuthIdentityProvider", "spec", providerFixedType, nil, fields{"spec.oidc.clientID": "other"}, false},
	"a provider's type changes":        {"OAuthIdentityProvider", "spec", providerFixedType, nil, ofDirectory(nil), true},
	"an issuer stays":                  {"OAuthIdentityProvider", "spec.oidc.issuer", providerIssuer, nil, fields{"spec.oidc.clientID": "other"}, false},
	"an issuer changes":                {"OAuthIdentityProvider", "spec.oidc.issuer", providerIssuer, nil, fields{"spec.oidc.issuer": "https://login.other.example"}, true},
	"an enterprise's server stays":     {"OAuthIdentityProvider", "spec.oauth2", providerFixedPlace, ofGitHub(fields{"spec.oauth2.github.server": "https://a.example"}), fields{"spec.oauth2.clientID": "other"}, false},
	"an enterprise's server changes":   {"OAuthIdentityProvider", "spec.oauth2", providerFixedPlace, ofGitHub(fields{"spec.oauth2.github.server": "https://a.example"}), fields{"spec.oauth2.github.server": "https://b.example"}, true},
	"an enterprise's server goes":      {"OAuthIdentityProvider", "spec.oauth2", providerFixedPlace, ofGitHub(fields{"spec.oauth2.github.server": "https://a.example"}), fields{"spec.oauth2.github": nil}, true},
	"a preset becomes a custom server": {"OAuthIdentityProvider", "spec.oauth2", providerFixedPlace, ofGitHub(nil), ofCustom(fields{"spec.oauth2.preset": nil}), true},
	"a profile's ID stays":             {"OAuthIdentityProvider", profileAt + ".id", providerFixedID, ofCustom(nil), fields{profileAt + ".username": "/name"}, false},
	"a profile's ID changes":           {"OAuthIdentityProvider", profileAt + ".id", providerFixedID, ofCustom(nil), fields{profileAt + ".id": "/name"}, true},
	"a directory's ID stays":           {"OAuthIdentityProvider", "spec.ldap.users.id", providerFixedID, ofDirectory(nil), fields{"spec.ldap.url": "ldaps://b.example"}, false},
	"a directory's ID changes":         {"OAuthIdentityProvider", "spec.ldap.users.id", providerFixedID, ofDirectory(nil), fields{"spec.ldap.users.id": "uid"}, true},
	"identifier stays":                 {"OAuthResource", "spec.identifier", fixedIdentifier, nil, fields{"spec.displayName": "Other"}, false},
	"identifier changes":               {"OAuthResource", "spec.identifier", fixedIdentifier, nil, fields{"spec.identifier": "https://mcp.example.com/other"}, true},
	"its server stays":                 {"OAuthResource", "spec", fixedResourceServer, nil, fields{"spec.displayName": "Other"}, false},
	"its server changes":               {"OAuthResource", "spec", fixedResourceServer, nil, fields{"spec.serverRef.name": "other"}, true},
	"its server is set":                {"OAuthResource", "spec", fixedResourceServer, fields{"spec.serverRef": nil}, fields{"spec.serverRef.name": "default"}, true},
	"its server is removed":            {"OAuthResource", "spec", fixedResourceServer, nil, fields{"spec.serverRef": nil}, true},
	"a Mark gets a label":              {"Mark", "spec", fixedMark, nil, fields{"metadata.labels": map[string]any{"a": "b"}}, false},
	"a Mark lives longer":              {"Mark", "spec", fixedMark, nil, fields{"spec.expiresAt": "2027-01-02T03:04:05Z"}, true},
	"a Mark in other words":            {"Mark", "spec", fixedMark, nil, fields{"spec.expiresAt": "2026-01-02T04:04:05+01:00"}, false},
}

func TestWhatCannotChange(t *testing.T) {
	namespace := devenv.Namespace(t, cluster.Kube(t).Config)
	for name, u := range updates {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := namespaced(manifest(t, u.kind, merge(fields{"status": nil}, u.before)), namespace)
			object.SetName("")
			object.SetGenerateName("update-")
			made := create(t, object)
			// Tests of other packages run operators in the same cluster, which write statuses.
			err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
				current, err := api(t, u.kind, namespace).Get(t.Context(), made.GetName(), metav1.GetOptions{})
				if err == nil {
					_, err = api(t, u.kind, namespace).Update(t.Context(), changed(current, u.after), metav1.UpdateOptions{
						FieldValidation: metav1.FieldValidationStrict,
					})
				}
				return err
			})
			example{at: u.at, rule: u.rule, refused: u.refused}.judge(t, err)
		})
	}
}
