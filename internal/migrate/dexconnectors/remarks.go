package dexconnectors

import (
	"maps"
	"slices"

	"github.com/grantor-dev/grantor/internal/migrate/report"
	"github.com/grantor-dev/grantor/internal/migrate/values"
)

// harmless are the fields that have no equivalent and never decided who may sign in, nor what
// groups a user is in beyond what is asked for here.
var harmless = map[string]bool{
	"issuerAlias": true, "providerDiscoveryOverrides": true, "insecureSkipVerify": true, "userIDKey": true, "pkceChallenge": true,
	"overrideClaimMapping": true, "serviceAccountFilePath": true, "adminEmail": true, "domainToAdminEmail": true,
	"fetchTransitiveGroupMembership": true, "groupNameFormat": true, "onlySecurityGroups": true, "useGroupsAsWhitelist": true,
	"emailToLowercase": true, "apiURL": true, "graphURL": true, "useLoginAsID": true, "getGroupsPermission": true,
	"preferredEmailDomain": true, "clientCert": true, "clientKey": true, "usernamePrompt": true,
	"userSearch.emailSuffix": true,
}

// unkept names a field that has no equivalent. The provider is disabled unless the field is known
// to restrict nobody: a field of a later Dex may.
func (c *connecting) unkept(field string) {
	c.notes.Lostf("%s: %s is not kept; it has no counterpart", c.source, report.Printable(field))
	if !harmless[field] {
		c.shut(report.Printable(field) + " may restrict who can sign in, and is not kept")
	}
}

// shut disables the provider, because it would let in more users than Dex did, or give them more
// groups.
func (c *connecting) shut(why string) {
	c.spec["disabled"] = true
	c.notes.Todof("%s: OAuthIdentityProvider %s is disabled, because %s; check spec.admit, spec.claims and spec.ldap, then set spec.disabled to false", c.source, c.name, why)
}

// rest names what was not looked at, and what is left to do.
func (c *connecting) rest() {
	for _, field := range slices.Sorted(maps.Keys(c.Config)) {
		if !c.read[field] && !values.Empty(c.Config[field]) {
			c.unkept(field)
		}
	}
	if claims, _ := c.spec["claims"].(map[string]any); claims["groups"] != nil {
		c.notes.Todof("%s: groups of its users begin with %s: now; to keep their names, set spec.claims.groups.prefix to an empty text if no other provider has such groups", c.source, c.name)
	}
	if c.spec["ldap"] == nil {
		c.notes.Todof("%s: register status.redirectURI of OAuthIdentityProvider %s at the provider", c.source, c.name)
	}
}

// everybody says of a provider where anybody can have an account that somebody must decide.
func (c *connecting) everybody() {
	if c.spec["admit"] == nil {
		c.notes.Todof("%s: anybody can have an account there, so OAuthIdentityProvider %s is refused until spec.admit says who may sign in", c.source, c.name)
	}
}

// authorities says where authorities of certificates belong.
func (c *connecting) authorities(fields ...string) {
	for _, field := range fields {
		if c.read[field] = true; !values.Empty(c.Config[field]) {
			c.notes.Todof("%s: name the certificate authorities in its %s in spec.outbound.caRef of the OAuthServer", c.source, field)
		}
	}
}
