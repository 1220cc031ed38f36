package providerspec

import (
	"errors"
	"regexp"
	"strings"

	"github.com/go-ldap/ldap/v3"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// compared are the places of {login} in a filter where * can replace it, when the name that the
// user typed is no longer known: the value of an attribute, or a part of it.
var compared = regexp.MustCompile(`\([A-Za-z0-9.;-]+=[^()=]*$`)

// CheckFilters returns what is wrong with the filters of a directory (RFC 4515). The error is a
// sentence without a full stop. A filter that is not set is right.
func CheckFilters(spec *oauthv1alpha1.LDAPProvider) error {
	users := spec.Users.Filter
	for at := 0; ; at++ {
		next := strings.Index(users[at:], "{login}")
		if next < 0 {
			break
		}
		if at += next; !compared.MatchString(users[:at]) {
			return errors.New("spec.ldap.users.filter must compare {login} with an attribute, as in (uid={login})")
		}
	}
	filters := [][2]string{
		{"spec.ldap.users.filter", strings.ReplaceAll(users, "{login}", "a")}, {"spec.ldap.users.filter", strings.ReplaceAll(users, "{login}", "*")},
		{"spec.ldap.users.active", spec.Users.Active},
	}
	if spec.Groups != nil {
		filters = append(filters, [2]string{"spec.ldap.groups.filter", strings.NewReplacer("{dn}", "a", "{username}", "a").Replace(spec.Groups.Filter)})
	}
	for _, filter := range filters {
		if filter[1] == "" {
			continue
		}
		if _, err := ldap.CompileFilter(filter[1]); err != nil {
			return errors.New(filter[0] + " is no filter (RFC 4515): look at its parentheses")
		}
	}
	return nil
}

// refuseFilters refuses filters with which no directory can be searched.
func refuseFilters(p *oauthv1alpha1.OAuthIdentityProvider) *Refusal {
	if p.Spec.LDAP == nil {
		return nil
	}
	if err := CheckFilters(p.Spec.LDAP); err != nil {
		return &Refusal{oauthv1alpha1.ReasonFilterNotUsable, err.Error() + "."}
	}
	return nil
}
