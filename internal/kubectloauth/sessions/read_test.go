package sessions

import "testing"

func TestRoles(t *testing.T) {
	for verb, want := range map[string]string{"list": "grantor-session-admin", "patch": "grantor-factor-admin"} {
		if got := roleFor(verb, Enrollments); got != want {
			t.Errorf("%s Enrollments takes %s", verb, got)
		}
	}
	if got := roleFor("patch", Grants); got != "grantor-session-admin" {
		t.Errorf("patch Grants takes %s", got)
	}
}
