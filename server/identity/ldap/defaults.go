package ldap

import oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"

// withDefaults fills in what the API server fills in.
func withDefaults(spec oauthv1alpha1.LDAPProvider) oauthv1alpha1.LDAPProvider {
	for _, field := range []struct {
		of    *oauthv1alpha1.LDAPAttribute
		value oauthv1alpha1.LDAPAttribute
	}{{&spec.Users.ID, "entryUUID"}, {&spec.Users.Username, "uid"}, {&spec.Users.DisplayName, "cn"}, {&spec.Users.Email, "mail"}} {
		if *field.of == "" {
			*field.of = field.value
		}
	}
	if spec.Users.Filter == "" {
		spec.Users.Filter = "(uid={login})"
	}
	if spec.Groups != nil {
		groups := *spec.Groups
		if groups.Filter == "" {
			groups.Filter = "(member={dn})"
		}
		if groups.Name == "" {
			groups.Name = "cn"
		}
		spec.Groups = &groups
	}
	return spec
}
