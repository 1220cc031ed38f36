package assertions

import (
	"slices"
	"strings"
	"time"
)

// serviceAccount begins the name of every ServiceAccount as a user.
const serviceAccount = "system:serviceaccount:"

// OfServiceAccount reports whether an assertion says that it is a ServiceAccount's. Its
// subject is no client ID, which has no colon.
func (a *Assertion) OfServiceAccount() bool {
	return strings.HasPrefix(a.Claims.Subject, serviceAccount)
}

// MayBeOf reports whether an assertion could be the token of one of the accounts for
// the issuer alone, so that it is worth asking the API server.
func (a *Assertion) MayBeOf(accounts []string, issuer string, now time.Time) bool {
	c := &a.Claims
	return slices.Contains(accounts, c.Subject) && c.Issuer != "" && c.For(issuer) && c.Current(now)
}

// Account returns the namespace and the name of the ServiceAccount that an assertion says it
// is of.
func (a *Assertion) Account() (namespace, name string, ok bool) {
	rest, is := strings.CutPrefix(a.Claims.Subject, serviceAccount)
	namespace, name, _ = strings.Cut(rest, ":")
	return namespace, name, is && namespace != "" && name != "" && !strings.Contains(name, ":")
}
