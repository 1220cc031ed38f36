package dexconnectors

import (
	"regexp"
	"strings"

	"github.com/grantor-dev/grantor/internal/migrate/report"
	"github.com/grantor-dev/grantor/internal/migrate/values"
)

// slugs are what GitHub makes of the display names of teams.
var slugs = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// slug warns of a team that Dex knows by its display name: nobody is in a group of that name
// here. Which slug the team has, only GitHub knows: it may belong to another team.
func (c *connecting) slug(organization, team string) {
	if !slugs.MatchString(team) {
		c.notes.Todof("%s: %s is the display name of a team of %s, and its users are not let in: teams are named by their slugs here; write the slug, as in the address of the team, in spec.admit.groups of OAuthIdentityProvider %s",
			c.source, report.Quote(team), report.Printable(organization), c.name)
	}
}

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
	if len(orgs) == 0 && !values.Empty(c.Config["orgs"]) {
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
			c.slug(name, team)
			groups = append(groups, name+"/"+strings.ToLower(team))
		}
		allow = append(allow, name, name+"/*")
	}
	if c.flag("loadAllGroups") {
		allow = []string{"*"}
	}
	c.admit("groups", values.Sorted(groups))
	if len(allow) > 0 {
		c.claims("groups", map[string]any{"allow": values.Sorted(allow)})
	}
	if c.read["teamNameField"] = true; c.Config["teamNameField"] != nil && c.Config["teamNameField"] != "slug" {
		c.notes.Lostf("%s: teamNameField is not kept: teams are named by their slugs; compare spec.admit.groups", c.source)
	}
	c.authorities("rootCA")
	if host == "" {
		c.everybody()
	}
	return true
}
