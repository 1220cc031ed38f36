package sessions

import (
	"strings"
	"testing"
)

// Who ends the sessions of a name in all namespaces must not end those of somebody else.
func TestAlone(t *testing.T) {
	u := Users{subjects: map[user]string{{"auth", "alice"}: "local:1", {"other", "alice"}: "local:2", {"other", "bob"}: "local:3"}}
	for who, want := range map[string]string{
		"": "", "bob": "", "nobody": "", "local:1": "",
		"alice": "auth (local:1), other (local:2)",
	} {
		if err := u.Alone(who); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", who, err)
		}
	}
}
