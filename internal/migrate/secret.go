package migrate

import (
	"encoding/base64"

	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/migrate/report"
	"github.com/grantor-dev/grantor/internal/migrate/values"
)

// importedKey is the key of a client secret that was kept, and maxSecret is how long
// one can be.
const (
	importedKey = "client_secret"
	maxSecret   = 512
)

// secret returns spec.secret, and adds the Secret that keeps the value.
func (w *writer) secret(a *application) map[string]any {
	secret := map[string]any{}
	if a.keys.id != "" && a.keys.id != "client_id" {
		secret["keys"] = map[string]any{"clientID": a.keys.id, "clientSecret": a.keys.secret}
	}
	name := values.Free(w.secrets, a.namespace, a.name+"-oauth")
	if name != a.name+"-oauth" {
		secret["name"] = name
	}
	if a.formerly != "" {
		w.notes.Todof("%s: the application mounts Secret %s; let it mount %s, which has the same keys", a.source, report.Printable(a.formerly), name)
	}
	switch {
	case !a.hasSecret() || a.secretTold:
	case a.secret == "" && a.id != "":
		w.notes.Lostf("%s: there is no client secret in the input, so it gets a new one", a.source)
	case a.secret == "":
	case len(a.secret) < credentials.MinLength || len(a.secret) > maxSecret || !uriCharacters.MatchString(a.secret):
		w.notes.Lostf("%s: its client secret is not kept; one that is has %d to %d characters of printable ASCII without spaces; it gets a new one", a.source, credentials.MinLength, maxSecret)
	default:
		imported := values.Free(w.secrets, a.namespace, a.name+"-imported")
		secret["from"] = map[string]any{"name": imported, "key": importedKey}
		w.manifests = append(w.manifests, map[string]any{
			"apiVersion": "v1", "kind": "Secret", "type": "Opaque",
			"metadata": map[string]any{"namespace": a.namespace, "name": imported},
			"data":     map[string]any{importedKey: base64.StdEncoding.EncodeToString([]byte(a.secret))},
		})
	}
	return secret
}
