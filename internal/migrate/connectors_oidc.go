package migrate

import (
	"regexp"
	"strings"
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
	setList(oidc, "scopes", scoped(c.list("scopes")))
	parameters := map[string]any{}
	set(parameters, "prompt", c.text("promptType"))
	set(parameters, "acr_values", strings.Join(c.list("acrValues"), " "))
	if len(parameters) > 0 {
		oidc["parameters"] = parameters
	}
	mapping := c.within("claimMapping")
	named := func(key string) string { text, _ := mapping[key].(string); return text }
	if username := firstOf(named("preferred_username"), c.text("userNameKey")); username != "" {
		c.claims("username", username)
	}
	if c.flag("insecureEnableGroups") {
		groups := map[string]any{"allow": []string{"*"}}
		set(groups, "from", named("groups"))
		c.claims("groups", groups)
	}
	if named("email") != "" {
		c.writer.notes.lostf("%s: claimMapping.email is not kept; it has no counterpart", c.source)
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
	if modifications := c.within("claimModifications"); !empty(modifications["filterGroupClaims"]) {
		c.writer.notes.lostf("%s: claimModifications.filterGroupClaims is not kept; spec.claims.groups.allow has no regular expressions", c.source)
		c.shut("claimModifications.filterGroupClaims is not kept, so users would have groups that Dex leaves out")
	} else if !empty(c.Config["claimModifications"]) {
		c.unkept("claimModifications")
	}
	c.authorities("rootCAs")
	if issuer == googleIssuer {
		c.everybody()
	}
	return true
}

const googleIssuer = "https://accounts.google.com"

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

// google converts a connector of the type google.
func (c *connecting) google() bool {
	if !c.openID(googleIssuer) {
		return false
	}
	oidc, _ := c.spec["oidc"].(map[string]any)
	setList(oidc, "scopes", scoped(c.list("scopes")))
	domains := lower(c.list("hostedDomains"))
	parameters := map[string]any{"access_type": "offline"}
	if len(domains) == 1 {
		parameters["hd"] = domains[0]
	}
	set(parameters, "prompt", c.text("promptType"))
	oidc["parameters"] = parameters
	c.admit("emailDomains", domains)
	if groups := c.list("groups"); len(groups) > 0 {
		c.writer.notes.lostf("%s: groups is not kept: ID tokens of Google have no groups", c.source)
		c.shut("Dex lets in only members of groups of Google")
	}
	c.everybody()
	return true
}

var tenantID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// microsoft converts a connector of the type microsoft.
func (c *connecting) microsoft() bool {
	tenant := c.text("tenant")
	if !tenantID.MatchString(tenant) {
		c.writer.notes.lostf("%s: it is left out, because its tenant is no tenant ID; create an OAuthIdentityProvider for each tenant, with the issuer https://login.microsoftonline.com/<tenant ID>/v2.0", c.source)
		return false
	}
	if !c.openID("https://login.microsoftonline.com/" + strings.ToLower(tenant) + "/v2.0") {
		return false
	}
	oidc, _ := c.spec["oidc"].(map[string]any)
	setList(oidc, "scopes", scoped(c.list("scopes")))
	parameters := map[string]any{}
	set(parameters, "prompt", c.text("promptType"))
	set(parameters, "domain_hint", c.text("domainHint"))
	if len(parameters) > 0 {
		oidc["parameters"] = parameters
	}
	if groups := c.list("groups"); len(groups) > 0 {
		c.writer.notes.lostf("%s: groups is not kept: ID tokens have the object IDs of groups", c.source)
		c.shut("all users of the tenant could sign in until spec.admit.groups lists the object IDs of its groups")
	}
	// The users of one tenant have addresses that the tenant gave them.
	c.claims("emailVerified", "Trust")
	return true
}

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

func lower(list []string) []string {
	for i, text := range list {
		list[i] = strings.ToLower(text)
	}
	return list
}
