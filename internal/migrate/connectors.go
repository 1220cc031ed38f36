package migrate

import (
	"encoding/base64"
	"maps"
	"regexp"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// connector is an identity provider in the configuration of Dex.
type connector struct {
	Type   string         `json:"type"`
	ID     string         `json:"id"`
	Name   string         `json:"name"`
	Config map[string]any `json:"config"`
}

// connecting turns one connector into an OAuthIdentityProvider.
type connecting struct {
	connector

	writer *writer
	source string
	// name is that of the object, and spec what it says.
	name string
	spec map[string]any
	// read are the fields of the configuration that were looked at.
	read map[string]bool
}

// connectors are the types of Dex that have an equivalent. Each reports whether it made one.
var connectors = map[string]func(*connecting) bool{
	"oidc": (*connecting).oidc, "google": (*connecting).google, "microsoft": (*connecting).microsoft, "gitlab": (*connecting).gitlab,
	"github": (*connecting).github, "ldap": (*connecting).ldap,
}

// connect adds the manifests of all connectors.
func (w *writer) connect(all []connector) {
	taken := map[string]int{}
	for _, one := range all {
		c := &connecting{connector: one, writer: w, source: "connector " + printable(one.ID) + " of Dex", read: map[string]bool{}}
		c.name = free(taken, "", providerName(firstOf(one.ID, one.Type)))
		c.spec = map[string]any{"serverName": w.options.ServerName}
		if name := strings.Join(strings.Fields(one.Name), " "); name != "" && len(name) <= 64 {
			c.spec["displayName"] = name
		}
		if one.Config == nil {
			c.Config = map[string]any{}
		}
		convert, known := connectors[one.Type]
		if !known {
			w.notes.lostf("%s: it is of the type %s, which has no counterpart", c.source, printable(one.Type))
			continue
		}
		if !convert(c) {
			continue
		}
		c.rest()
		w.manifests = append(w.manifests, map[string]any{
			"apiVersion": oauthv1alpha1.GroupVersion.String(), "kind": "OAuthIdentityProvider",
			"metadata": map[string]any{"namespace": w.options.ServerNamespace, "name": c.name}, "spec": c.spec,
		})
	}
}

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
	c.writer.notes.lostf("%s: %s is not kept; it has no counterpart", c.source, printable(field))
	if !harmless[field] {
		c.shut(printable(field) + " may restrict who can sign in, and is not kept")
	}
}

// shut disables the provider, because it would let in more users than Dex did, or give them more
// groups.
func (c *connecting) shut(why string) {
	c.spec["disabled"] = true
	c.writer.notes.todof("%s: OAuthIdentityProvider %s is disabled, because %s; check spec.admit, spec.claims and spec.ldap, then set spec.disabled to false", c.source, c.name, why)
}

// rest names what was not looked at, and what is left to do.
func (c *connecting) rest() {
	for _, field := range slices.Sorted(maps.Keys(c.Config)) {
		if !c.read[field] && !empty(c.Config[field]) {
			c.unkept(field)
		}
	}
	if claims, _ := c.spec["claims"].(map[string]any); claims["groups"] != nil {
		c.writer.notes.todof("%s: groups of its users begin with %s: now; to keep their names, set spec.claims.groups.prefix to an empty text if no other provider has such groups", c.source, c.name)
	}
	if c.spec["ldap"] == nil {
		c.writer.notes.todof("%s: register status.redirectURI of OAuthIdentityProvider %s at the provider", c.source, c.name)
	}
}

// text returns a field that is a text, without what the environment of Dex would put there.
func (c *connecting) text(field string) string {
	c.read[field] = true
	return c.asText(field, c.Config[field])
}

// asText returns a value that Dex would read as a text.
func (c *connecting) asText(field string, value any) string {
	text, ok := value.(string)
	if !ok && !empty(value) {
		c.shut(field + " is not a text")
	}
	return text
}

func (c *connecting) flag(field string) bool {
	c.read[field] = true
	is, _ := c.Config[field].(bool)
	return is
}

// list returns a field that is a list of texts.
func (c *connecting) list(field string) []string {
	c.read[field] = true
	return c.texts(field, c.Config[field])
}

// texts returns a list of texts. One that has anything else is no list that Dex would read; what
// it was to restrict is not known.
func (c *connecting) texts(field string, value any) []string {
	out := texts(value)
	if list, _ := value.([]any); !empty(value) && (len(list) == 0 || slices.ContainsFunc(list, func(one any) bool { text, _ := one.(string); return text == "" })) {
		c.shut(field + " is not a list of texts")
	}
	return out
}

func texts(value any) []string {
	var out []string
	list, _ := value.([]any)
	for _, one := range list {
		if text, ok := one.(string); ok && text != "" {
			out = append(out, text)
		}
	}
	return sorted(out)
}

// within returns a field that is an object.
func (c *connecting) within(field string) map[string]any {
	c.read[field] = true
	object, _ := c.Config[field].(map[string]any)
	return object
}

// plain returns a text that must not come from the environment, and says so if it does.
func (c *connecting) plain(field string) (string, bool) {
	value := c.text(field)
	if value == "" || fromEnvironment(value) {
		c.writer.notes.lostf("%s: it is left out, because its %s comes from the environment of Dex or is missing; write it into the configuration and import again", c.source, field)
		return "", false
	}
	return value, true
}

// secret returns a reference to the Secret with a value, which it writes if the input has it.
func (c *connecting) secret(field, key string) map[string]any {
	value := c.text(field)
	if value == "" {
		return nil
	}
	name := c.name + "-imported"
	if fromEnvironment(value) {
		c.writer.notes.todof("%s: its %s comes from the environment of Dex; write it into Secret %s/%s under the key %s", c.source, field, c.writer.options.ServerNamespace, name, key)
		return map[string]any{"name": name, "key": key}
	}
	name = free(c.writer.secrets, c.writer.options.ServerNamespace, name)
	c.writer.manifests = append(c.writer.manifests, map[string]any{
		"apiVersion": "v1", "kind": "Secret", "type": "Opaque",
		"metadata": map[string]any{"namespace": c.writer.options.ServerNamespace, "name": name},
		"data":     map[string]any{key: base64.StdEncoding.EncodeToString([]byte(value))},
	})
	return map[string]any{"name": name, "key": key}
}

// claims adds to spec.claims.
func (c *connecting) claims(field string, value any) {
	claims, _ := c.spec["claims"].(map[string]any)
	if claims == nil {
		claims = map[string]any{}
		c.spec["claims"] = claims
	}
	claims[field] = value
}

// admit adds to spec.admit.
func (c *connecting) admit(field string, values []string) {
	if len(values) == 0 {
		return
	}
	admit, _ := c.spec["admit"].(map[string]any)
	if admit == nil {
		admit = map[string]any{}
		c.spec["admit"] = admit
	}
	admit[field] = values
}

// everybody says of a provider where anybody can have an account that somebody must decide.
func (c *connecting) everybody() {
	if c.spec["admit"] == nil {
		c.writer.notes.todof("%s: anybody can have an account there, so OAuthIdentityProvider %s is refused until spec.admit says who may sign in", c.source, c.name)
	}
}

// authorities says where authorities of certificates belong.
func (c *connecting) authorities(fields ...string) {
	for _, field := range fields {
		if c.read[field] = true; !empty(c.Config[field]) {
			c.writer.notes.todof("%s: name the certificate authorities in its %s in spec.outbound.caRef of the OAuthServer", c.source, field)
		}
	}
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// providerName makes the name of an OAuthIdentityProvider of an ID.
func providerName(id string) string {
	name := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(id), "-"), "-")
	if name == "" || name[0] < 'a' || name == "local" || name == "pairwise" {
		name = strings.Trim("idp-"+name, "-")
	}
	// There is room for a number behind it.
	if len(name) > 28 {
		name = strings.TrimRight(name[:28], "-")
	}
	return name
}

func scoped(scopes []string) []string {
	return slices.DeleteFunc(scopes, func(scope string) bool { return scope == "openid" })
}
