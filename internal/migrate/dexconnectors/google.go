package dexconnectors

import (
	"github.com/grantor-dev/grantor/internal/migrate/values"
)

const googleIssuer = "https://accounts.google.com"

// google converts a connector of the type google.
func (c *connecting) google() bool {
	if !c.openID(googleIssuer) {
		return false
	}
	oidc, _ := c.spec["oidc"].(map[string]any)
	values.SetList(oidc, "scopes", scoped(c.list("scopes")))
	domains := lower(c.list("hostedDomains"))
	parameters := map[string]any{"access_type": "offline"}
	if len(domains) == 1 {
		parameters["hd"] = domains[0]
	}
	values.Set(parameters, "prompt", c.text("promptType"))
	oidc["parameters"] = parameters
	c.admit("emailDomains", domains)
	if groups := c.list("groups"); len(groups) > 0 {
		c.notes.Lostf("%s: groups is not kept: ID tokens of Google have no groups", c.source)
		c.shut("Dex lets in only members of groups of Google")
	}
	c.everybody()
	return true
}
