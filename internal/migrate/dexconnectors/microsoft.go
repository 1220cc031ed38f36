package dexconnectors

import (
	"regexp"
	"strings"

	"github.com/grantor-dev/grantor/internal/migrate/values"
)

var tenantID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// microsoft converts a connector of the type microsoft.
func (c *connecting) microsoft() bool {
	tenant := c.text("tenant")
	if !tenantID.MatchString(tenant) {
		c.notes.Lostf("%s: it is left out, because its tenant is no tenant ID; create an OAuthIdentityProvider for each tenant, with the issuer https://login.microsoftonline.com/<tenant ID>/v2.0", c.source)
		return false
	}
	if !c.openID("https://login.microsoftonline.com/" + strings.ToLower(tenant) + "/v2.0") {
		return false
	}
	oidc, _ := c.spec["oidc"].(map[string]any)
	values.SetList(oidc, "scopes", scoped(c.list("scopes")))
	parameters := map[string]any{}
	values.Set(parameters, "prompt", c.text("promptType"))
	values.Set(parameters, "domain_hint", c.text("domainHint"))
	if len(parameters) > 0 {
		oidc["parameters"] = parameters
	}
	if groups := c.list("groups"); len(groups) > 0 {
		c.notes.Lostf("%s: groups is not kept: ID tokens have the object IDs of groups", c.source)
		c.shut("all users of the tenant could sign in until spec.admit.groups lists the object IDs of its groups")
	}
	// The users of one tenant have addresses that the tenant gave them.
	c.claims("emailVerified", "Trust")
	return true
}
