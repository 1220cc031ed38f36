package ldap

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/go-ldap/ldap/v3"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// loginPlace, dnPlace and usernamePlace stand for values in filters.
const (
	loginPlace    = "{login}"
	dnPlace       = "{dn}"
	usernamePlace = "{username}"
)

// anybody stands for {login} where the name that a user typed is not known any more: what is
// left of the filter still decides who is a user.
const anybody = "*"

// compared is how {login} can stand in a filter so that * can stand there, too: as the value
// of an attribute, or a part of it.
var compared = regexp.MustCompile(`\([A-Za-z0-9.;-]+=[^()=]*$`)

// templates are the filters of a directory.
type templates struct{ login, anyone string }

// parseTemplates checks the filters of a directory.
func parseTemplates(spec *oauthv1alpha1.LDAPProvider) (templates, error) {
	filter := spec.Users.Filter
	rest := filter
	for done := 0; ; {
		at := strings.Index(rest, loginPlace)
		if at < 0 {
			break
		}
		if !compared.MatchString(filter[:done+at]) {
			return templates{}, errors.New("ldap.users.filter: {login} must be the value of an attribute that is compared with =")
		}
		done += at + len(loginPlace)
		rest = filter[done:]
	}
	t := templates{login: filter, anyone: strings.ReplaceAll(filter, loginPlace, anybody)}
	fields := []struct{ name, filter string }{{"ldap.users.filter", fill(filter, loginPlace, "a")}, {"ldap.users.filter", t.anyone}}
	if spec.Users.Active != "" {
		fields = append(fields, struct{ name, filter string }{"ldap.users.active", spec.Users.Active})
	}
	if spec.Groups != nil {
		fields = append(fields, struct{ name, filter string }{"ldap.groups.filter", fill(spec.Groups.Filter, dnPlace, "a", usernamePlace, "a")})
	}
	for _, field := range fields {
		if _, err := ldap.CompileFilter(field.filter); err != nil {
			return templates{}, fmt.Errorf("%s is no filter (RFC 4515)", field.name)
		}
	}
	return t, nil
}

// fill puts values, escaped, at their places in a filter, all at once: what looks like a place
// in a value is none.
func fill(filter string, placesAndValues ...string) string {
	pairs := make([]string, 0, len(placesAndValues))
	for i := 0; i+1 < len(placesAndValues); i += 2 {
		pairs = append(pairs, placesAndValues[i], ldap.EscapeFilter(placesAndValues[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(filter)
}

// both returns a filter that matches what all filters match.
func both(filters ...string) string { return "(&" + strings.Join(filters, "") + ")" }
