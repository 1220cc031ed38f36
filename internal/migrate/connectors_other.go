package migrate

import (
	"maps"
	"slices"
	"strings"
)

// github converts a connector of the type github.
func (c *connecting) github() bool {
	client, ok := c.plain("clientID")
	if !ok {
		return false
	}
	oauth2 := map[string]any{"preset": "github", "clientID": client}
	if ref := c.secret("clientSecret", "client-secret"); ref != nil {
		oauth2["clientSecretRef"] = ref
	}
	host := c.text("hostName")
	if strings.EqualFold(host, "github.com") {
		host = ""
	}
	if host != "" {
		oauth2["github"] = map[string]any{"server": "https://" + host}
	}
	c.spec["oauth2"] = oauth2
	c.read["redirectURI"], c.read["orgs"] = true, true
	var groups, allow []string
	if org := strings.ToLower(c.text("org")); org != "" {
		groups, allow = append(groups, org), append(allow, org, org+"/*")
	}
	orgs, _ := c.Config["orgs"].([]any)
	if len(orgs) == 0 && !empty(c.Config["orgs"]) {
		c.shut("orgs is not a list")
	}
	for _, one := range orgs {
		org, _ := one.(map[string]any)
		name, _ := org["name"].(string)
		if name = strings.ToLower(name); name == "" {
			c.shut("orgs has an organization without a name")
			continue
		}
		teams := c.texts("orgs.teams", org["teams"])
		if len(teams) == 0 {
			groups = append(groups, name)
		}
		for _, team := range teams {
			groups = append(groups, name+"/"+strings.ToLower(team))
		}
		allow = append(allow, name, name+"/*")
	}
	if c.flag("loadAllGroups") {
		allow = []string{"*"}
	}
	c.admit("groups", sorted(groups))
	if len(allow) > 0 {
		c.claims("groups", map[string]any{"allow": sorted(allow)})
	}
	if c.read["teamNameField"] = true; c.Config["teamNameField"] != nil && c.Config["teamNameField"] != "slug" {
		c.writer.notes.lostf("%s: teamNameField is not kept: teams are named by their slugs; compare spec.admit.groups", c.source)
	}
	c.authorities("rootCA")
	if host == "" {
		c.everybody()
	}
	return true
}

// stable are attributes that are never given to another entry.
var stable = []string{"entryUUID", "objectGUID", "ipaUniqueID", "nsUniqueId", "GUID", "objectSid"}

// ldap converts a connector of the type ldap.
func (c *connecting) ldap() bool {
	host, ok := c.plain("host")
	if !ok {
		return false
	}
	ldap := map[string]any{"url": "ldaps://" + host}
	if startTLS := c.flag("startTLS"); startTLS {
		ldap["url"], ldap["startTLS"] = "ldap://"+host, true
	} else if c.flag("insecureNoSSL") {
		c.writer.notes.lostf("%s: it is left out, because it sends passwords that are not encrypted (insecureNoSSL); let the directory offer TLS and import again", c.source)
		return false
	}
	users, username, ok := c.users()
	if !ok {
		return false
	}
	if name := c.text("bindDN"); name != "" {
		ref := c.secret("bindPW", "password")
		if ref == nil {
			c.writer.notes.lostf("%s: bindDN is not kept, because it has no password", c.source)
		} else {
			ldap["bindDN"], ldap["bindSecretRef"] = name, ref
		}
	}
	ldap["users"] = users
	if groups := c.groups(username); groups != nil {
		ldap["groups"] = groups
		c.claims("groups", map[string]any{"allow": []string{"*"}})
	}
	// Dex takes each address of a directory for verified.
	c.claims("emailVerified", "Trust")
	c.spec["ldap"] = ldap
	c.authorities("rootCA", "rootCAData")
	return true
}

// search is a part of the configuration of a directory.
type search struct {
	*connecting

	field  string
	values map[string]any
	used   []string
}

func (s *search) text(key string) string {
	s.used = append(s.used, key)
	return s.asText(s.field+"."+key, s.values[key])
}

// rest names what was not looked at.
func (s *search) rest() {
	for _, key := range slices.Sorted(maps.Keys(s.values)) {
		if value := s.values[key]; !slices.Contains(s.used, key) && !empty(value) {
			s.unkept(s.field + "." + key)
		}
	}
	if scope := s.values["scope"]; !empty(scope) && scope != "sub" {
		s.writer.notes.lostf("%s: %s.scope is not kept: entries are searched at every depth", s.source, s.field)
		s.shut(s.field + ".scope is not kept, so entries below those that Dex finds are found, too")
	}
}

// users returns where users are, and the attribute that {username} stands for in filters of groups.
func (c *connecting) users() (map[string]any, string, bool) {
	s := &search{connecting: c, field: "userSearch", values: c.within("userSearch"), used: []string{"scope"}}
	base, username := s.text("baseDN"), s.text("username")
	if base == "" || username == "" || strings.Contains(username, ",") {
		c.writer.notes.lostf("%s: it is left out, because userSearch has no baseDN or not exactly one username; write a spec.ldap.users.filter for it", c.source)
		return nil, "", false
	}
	users := map[string]any{"base": base, "filter": both(s.text("filter"), "("+username+"={login})")}
	id := s.text("idAttr")
	known := slices.IndexFunc(stable, func(name string) bool { return strings.EqualFold(name, id) })
	if known >= 0 {
		users["id"] = id
	} else if id != "" {
		c.writer.notes.lostf("%s: userSearch.idAttr is not kept, because another user can get the same %s; entryUUID is used, and objectGUID would be right for Active Directory", c.source, printable(id))
	}
	username = firstOf(s.text("preferredUsernameAttr"), username)
	users["username"] = username
	set(users, "displayName", s.text("nameAttr"))
	set(users, "email", s.text("emailAttr"))
	s.rest()
	return users, username, true
}

// groups returns where groups are; nil for nowhere.
func (c *connecting) groups(username string) map[string]any {
	s := &search{connecting: c, field: "groupSearch", values: c.within("groupSearch"), used: []string{"scope", "userMatchers"}}
	base := s.text("baseDN")
	if base == "" {
		return nil
	}
	var filters []string
	for _, m := range s.matchers() {
		if filter := m.filter(username); filter != "" {
			filters = append(filters, filter)
		} else {
			c.writer.notes.lostf("%s: a matcher of groupSearch is not kept: groups are found by the name of the entry or by the attribute in spec.ldap.users.username", c.source)
		}
	}
	if len(filters) == 0 {
		return nil
	}
	matches := strings.Join(filters, "")
	if len(filters) > 1 {
		matches = "(|" + matches + ")"
	}
	groups := map[string]any{"base": base, "filter": both(s.text("filter"), matches)}
	set(groups, "name", s.text("nameAttr"))
	s.rest()
	return groups
}

// matcher says which attribute of a group has which attribute of its members.
type matcher struct{ user, group string }

// matchers returns those of the search. The old form, with one attribute of each, counts only
// where the new one is not used, as in Dex.
func (s *search) matchers() []matcher {
	var out []matcher
	list, _ := s.values["userMatchers"].([]any)
	for _, one := range list {
		fields, _ := one.(map[string]any)
		out = append(out, matcher{s.asText("groupSearch.userMatchers.userAttr", fields["userAttr"]), s.asText("groupSearch.userMatchers.groupAttr", fields["groupAttr"])})
	}
	if old := (matcher{s.text("userAttr"), s.text("groupAttr")}); len(out) == 0 && old != (matcher{}) {
		out = append(out, old)
	}
	return out
}

// filter returns the filter that finds the groups of a user; empty if there is none. The user
// may be able to write any other attribute than that of the username.
func (m matcher) filter(username string) string {
	switch {
	case m.group == "":
		return ""
	case strings.EqualFold(m.user, "DN"):
		return "(" + m.group + "={dn})"
	case strings.EqualFold(m.user, username):
		return "(" + m.group + "={username})"
	}
	return ""
}

// both returns a filter that both fulfil.
func both(filter, other string) string {
	if filter == "" {
		return other
	}
	return "(&" + filter + other + ")"
}
