package ldap

import (
	"net/netip"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// TestPasswordsAreEncrypted, whatever the API server has let through.
func TestPasswordsAreEncrypted(t *testing.T) {
	for uri, want := range map[string]bool{
		"ldaps://ldap.example.com": true, "ldap://ldap.example.com": false, "ldap://192.0.2.1": false, "ldap://127.0.0.1:389": true, "ldap://[::1]": true,
		"ldap://localhost": true, "ldap://localhost.example.com": false, "ldap://127.0.0.1.example.com": false, "http://127.0.0.1": false, "ldap://": false,
	} {
		for _, startTLS := range []bool{false, true} {
			p := &oauthv1alpha1.OAuthIdentityProvider{}
			p.Spec.LDAP = &oauthv1alpha1.LDAPProvider{URL: uri, StartTLS: startTLS, Users: oauthv1alpha1.LDAPUsers{Base: "dc=example"}}
			_, err := New(Options{Provider: p, Networks: func() []netip.Prefix { return nil }, Now: time.Now})
			if can := startTLS && (uri == "ldap://ldap.example.com" || uri == "ldap://192.0.2.1" || uri == "ldap://localhost.example.com" || uri == "ldap://127.0.0.1.example.com"); (err == nil) != (want || can) {
				t.Errorf("%s, startTLS %t: %v", uri, startTLS, err)
			}
		}
	}
}
