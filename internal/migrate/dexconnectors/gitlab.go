package dexconnectors

import (
	"strings"
)

// gitlab converts a connector of the type gitlab.
func (c *connecting) gitlab() bool {
	issuer := strings.TrimSuffix(c.text("baseURL"), "/")
	if issuer == "" {
		issuer = "https://gitlab.com"
	}
	if !c.openID(issuer) {
		return false
	}
	groups := c.list("groups")
	c.admit("groups", groups)
	c.claims("groups", map[string]any{"allow": []string{"*"}})
	if issuer == "https://gitlab.com" {
		c.everybody()
	}
	return true
}
