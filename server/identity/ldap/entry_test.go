package ldap

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestNamesOfGroups(t *testing.T) {
	d := &Directory{spec: oauthv1alpha1.LDAPProvider{Groups: &oauthv1alpha1.LDAPGroups{Name: "cn"}}}
	for _, test := range []struct {
		dn     string
		values []string
		want   string
	}{
		{"cn=web,dc=a", []string{"web"}, "web"},
		{"ou=web,dc=a", []string{"Web"}, "Web"},
		{"cn=web,dc=a", []string{"admins", "web"}, "web"},
		{"CN=a\\, b,dc=a", []string{"admins", "a, b"}, "a, b"},
		{"ou=web,dc=a", []string{"admins", "web"}, ""},
		{"cn=web+cn=admins,dc=a", []string{"admins", "web"}, ""},
		{"web", []string{"admins", "web"}, ""},
		{"cn=web,dc=a", nil, ""},
		{"cn=web,dc=a", []string{"a\nb"}, ""},
	} {
		names := map[string]bool{}
		d.name(ldap.NewEntry(test.dn, map[string][]string{"CN": test.values}), names)
		if got := strings.Join(slices.Sorted(maps.Keys(names)), " and "); got != test.want {
			t.Errorf("%s with %q is %q", test.dn, test.values, got)
		}
	}
}

// TestSeveralUsernames are none: which of them it is would change from one search to the next.
func TestSeveralUsernames(t *testing.T) {
	d := &Directory{spec: withDefaults(oauthv1alpha1.LDAPProvider{})}
	entry := func(names ...string) *ldap.Entry {
		return ldap.NewEntry("cn=a", map[string][]string{"entryUUID": {"7"}, "uid": names})
	}
	if account, err := d.account(entry("ada")); err != nil || account.Username != "ada" {
		t.Errorf("%+v, %v", account, err)
	}
	if account, err := d.account(entry("ada", "root")); err == nil || !strings.Contains(err.Error(), "ldap.users.username") {
		t.Errorf("%+v, %v", account, err)
	}
}
