package ldap

import (
	"strings"

	"github.com/go-ldap/ldap/v3"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/providerspec"
)

// loginPlace, dnPlace and usernamePlace stand for values in filters.
const (
	loginPlace    = "{login}"
	dnPlace       = "{dn}"
	usernamePlace = "{username}"
)

// anybody replaces {login} when the name that the user typed is no longer known: the rest of the
// filter still decides who is a user.
const anybody = "*"

// templates are the filters of a directory.
type templates struct{ login, anyone string }

// parseTemplates checks the filters of a directory.
func parseTemplates(spec *oauthv1alpha1.LDAPProvider) (templates, error) {
	if err := providerspec.CheckFilters(spec); err != nil {
		return templates{}, err
	}
	filter := spec.Users.Filter
	return templates{login: filter, anyone: strings.ReplaceAll(filter, loginPlace, anybody)}, nil
}

// fill replaces the places in a filter with escaped values, all at once: a value that looks like
// a place is not replaced again.
func fill(filter string, placesAndValues ...string) string {
	pairs := make([]string, 0, len(placesAndValues))
	for i := 0; i+1 < len(placesAndValues); i += 2 {
		pairs = append(pairs, placesAndValues[i], ldap.EscapeFilter(placesAndValues[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(filter)
}

// both returns a filter that matches what all filters match.
func both(filters ...string) string { return "(&" + strings.Join(filters, "") + ")" }
