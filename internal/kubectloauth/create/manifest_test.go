package create

import (
	"strings"
	"testing"
)

// Everybody who runs a pod in the namespace would be the client.
func TestTheDefaultServiceAccountIsToldOf(t *testing.T) {
	for account, warns := range map[string]bool{"default": true, "worker": false, "": false} {
		c := &command{options: options{serviceAccount: account, grants: []string{"client_credentials"}}}
		m := &manifest{}
		object, err := c.build(t.Context(), nil, "job", m)
		if err != nil {
			t.Fatal(err)
		}
		if (len(object.Spec.Authentication.ServiceAccounts) == 1) != (account != "") {
			t.Errorf("%q authenticates with %+v", account, object.Spec.Authentication)
		}
		if strings.Contains(strings.Join(m.notes, " "), "all pods of the namespace") != warns {
			t.Errorf("%q: the notes are %q", account, m.notes)
		}
	}
}
