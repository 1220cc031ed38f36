package dexconnectors

import (
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/migrate/dexconnectors/filter"
	"github.com/grantor-dev/grantor/internal/migrate/report"
	"github.com/grantor-dev/grantor/internal/migrate/values"
)

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
		c.notes.Lostf("%s: it is left out, because it sends passwords that are not encrypted (insecureNoSSL); let the directory offer TLS and import again", c.source)
		return false
	}
	users, username, ok := c.users()
	if !ok {
		return false
	}
	if name := c.text("bindDN"); name != "" {
		ref := c.secret("bindPW", "password")
		if ref == nil {
			c.notes.Lostf("%s: bindDN is not kept, because it has no password", c.source)
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

// stable are attributes that are never given to another entry.
var stable = []string{"entryUUID", "objectGUID", "ipaUniqueID", "nsUniqueId", "GUID", "objectSid"}

// users returns where users are, and the attribute that {username} stands for in filters of groups.
func (c *connecting) users() (map[string]any, string, bool) {
	s := &search{connecting: c, field: "userSearch", values: c.within("userSearch"), used: []string{"scope"}}
	base, username := s.text("baseDN"), s.text("username")
	if base == "" || username == "" || strings.Contains(username, ",") {
		c.notes.Lostf("%s: it is left out, because userSearch has no baseDN or not exactly one username; write a spec.ldap.users.filter for it", c.source)
		return nil, "", false
	}
	users := map[string]any{"base": base, "filter": filter.Both(s.text("filter"), "("+username+"={login})")}
	id := s.text("idAttr")
	known := slices.IndexFunc(stable, func(name string) bool { return strings.EqualFold(name, id) })
	if known >= 0 {
		users["id"] = id
	} else if id != "" {
		c.notes.Lostf("%s: userSearch.idAttr is not kept, because another user can get the same %s; entryUUID is used, and objectGUID would be right for Active Directory", c.source, report.Printable(id))
	}
	username = values.FirstOf(s.text("preferredUsernameAttr"), username)
	users["username"] = username
	values.Set(users, "displayName", s.text("nameAttr"))
	values.Set(users, "email", s.text("emailAttr"))
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
		if one := m.Filter(username); one != "" {
			filters = append(filters, one)
		} else {
			c.notes.Lostf("%s: a matcher of groupSearch is not kept: groups are found by the name of the entry or by the attribute in spec.ldap.users.username", c.source)
		}
	}
	if len(filters) == 0 {
		return nil
	}
	groups := map[string]any{"base": base, "filter": filter.Both(s.text("filter"), filter.Any(filters))}
	values.Set(groups, "name", s.text("nameAttr"))
	s.rest()
	return groups
}
