package dexconnectors

import (
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/migrate/values"
)

// oidc converts a connector of the type oidc.
func (c *connecting) oidc() bool {
	issuer, ok := c.plain("issuer")
	if !ok {
		return false
	}
	c.read["redirectURI"] = true
	if !c.openID(issuer) {
		return false
	}
	oidc, _ := c.spec["oidc"].(map[string]any)
	if c.flag("basicAuthUnsupported") && oidc["clientSecretRef"] != nil {
		oidc["clientAuthentication"] = "client_secret_post"
	}
	values.SetList(oidc, "scopes", scoped(c.list("scopes")))
	parameters := map[string]any{}
	values.Set(parameters, "prompt", c.text("promptType"))
	values.Set(parameters, "acr_values", strings.Join(c.list("acrValues"), " "))
	if len(parameters) > 0 {
		oidc["parameters"] = parameters
	}
	mapping := c.within("claimMapping")
	named := func(key string) string { text, _ := mapping[key].(string); return text }
	if username := values.FirstOf(named("preferred_username"), c.text("userNameKey")); username != "" {
		c.claims("username", username)
	}
	if c.flag("insecureEnableGroups") {
		groups := map[string]any{"allow": []string{"*"}}
		values.Set(groups, "from", named("groups"))
		c.claims("groups", groups)
	}
	if named("email") != "" {
		c.notes.Lostf("%s: claimMapping.email is not kept; it has no counterpart", c.source)
	}
	if c.flag("insecureSkipEmailVerified") {
		c.claims("emailVerified", "Trust")
	}
	c.read["getUserInfo"] = true
	c.admit("groups", c.list("allowedGroups"))
	domains := lower(c.list("hostedDomains"))
	c.admit("emailDomains", domains)
	if len(domains) > 0 && issuer != googleIssuer {
		c.shut("Dex compares hostedDomains with the claim hd, and spec.admit.emailDomains are compared with the email address")
	}
	if modifications := c.within("claimModifications"); !values.Empty(modifications["filterGroupClaims"]) {
		c.notes.Lostf("%s: claimModifications.filterGroupClaims is not kept; spec.claims.groups.allow has no regular expressions", c.source)
		c.shut("claimModifications.filterGroupClaims is not kept, so users would have groups that Dex leaves out")
	} else if !values.Empty(c.Config["claimModifications"]) {
		c.unkept("claimModifications")
	}
	c.authorities("rootCAs")
	if issuer == googleIssuer {
		c.everybody()
	}
	return true
}

// openID sets what all OpenID providers have.
func (c *connecting) openID(issuer string) bool {
	client, ok := c.plain("clientID")
	if !ok {
		return false
	}
	oidc := map[string]any{"issuer": issuer, "clientID": client}
	if ref := c.secret("clientSecret", "client-secret"); ref != nil {
		oidc["clientSecretRef"] = ref
	}
	c.spec["oidc"] = oidc
	c.read["redirectURI"] = true
	return true
}

func scoped(scopes []string) []string {
	return slices.DeleteFunc(scopes, func(scope string) bool { return scope == "openid" })
}

func lower(list []string) []string {
	for i, text := range list {
		list[i] = strings.ToLower(text)
	}
	return list
}
