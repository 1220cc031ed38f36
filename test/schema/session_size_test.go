package schema

import (
	"strings"
	"testing"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

// mostStored is how many bytes key and value of a session object may have in etcd:
// two of them fit into a page.
const mostStored = 1900

// TestSessionsAreSmall measures typical objects in the form in which the API server
// stores them: as JSON with everything but the resource version.
func TestSessionsAreSmall(t *testing.T) {
	var (
		id      = strings.Repeat("x", 26)
		uid     = strings.Repeat("u", 36)
		subject = "local:" + uid
		labels  = map[string]any{sessionv1alpha1.LabelExpires: sessionv1alpha1.ExpiresLayout, sessionv1alpha1.LabelSubject: strings.Repeat("a", 40)}
		client  = strings.Repeat("c", 60)
		scope   = "openid profile email groups offline_access"
		payload = strings.Repeat("p", 420)
	)
	for kind, change := range map[string]fields{
		"Grant": {
			"metadata.name": id, "metadata.labels": labels, "spec.subject": subject, "spec.client": client, "spec.clientUID": uid,
			"spec.scope": scope, "spec.login": id, "spec.payload": payload,
		},
		"Login": {
			"metadata.name": id, "metadata.labels": labels, "spec.subject": subject, "spec.userUID": uid, "spec.payload": payload,
		},
		"Consent": {
			"metadata.name": strings.Repeat("a", 64), "metadata.labels": labels, "spec.subject": subject, "spec.client": client,
			"spec.clientUID": uid, "spec.scope": scope, "spec.payload": payload,
		},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			object, err := try(t, manifest(t, kind, change))
			if err != nil {
				t.Fatal(err)
			}
			if object.GetUID() == "" || len(object.GetManagedFields()) == 0 {
				t.Fatal("what the API server adds is missing")
			}
			object.SetResourceVersion("")
			object.SetNamespace("grantor-system")
			value, err := object.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			resource := resources[kind]
			key := strings.Join([]string{"/registry", resource.Group, resource.Resource, object.GetNamespace(), object.GetName()}, "/")
			t.Logf("a typical %s: %d bytes", kind, len(key)+len(value))
			if len(key)+len(value) > mostStored {
				t.Errorf("more than %d bytes: %s", mostStored, value)
			}
		})
	}
}
