package dexconnectors

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/internal/migrate/report"
)

// TestNoConnectorOpensADoor: where a restriction of Dex has no equivalent, the provider is disabled.
func TestNoConnectorOpensADoor(t *testing.T) {
	const oidc = "type: oidc, id: x, config: {issuer: 'https://a.example', clientID: a, "
	const ldap = "type: ldap, id: x, config: {host: a.example, userSearch: {baseDN: a, username: uid, "
	for name, test := range map[string]struct {
		connector string
		disabled  bool
	}{
		"google with domains":          {"type: google, id: x, config: {clientID: a, hostedDomains: [a.example]}", false},
		"google with groups":           {"type: google, id: x, config: {clientID: a, hostedDomains: [a.example], groups: [b@a.example]}", true},
		"microsoft":                    {"type: microsoft, id: x, config: {clientID: a, tenant: 5E1D0C44-0000-4000-8000-000000000001}", false},
		"microsoft with groups":        {"type: microsoft, id: x, config: {clientID: a, tenant: 5E1D0C44-0000-4000-8000-000000000001, groups: [b]}", true},
		"oidc":                         {oidc + "}", false},
		"oidc with groups":             {oidc + "insecureEnableGroups: true, allowedGroups: [b]}", false},
		"oidc with groups as a text":   {oidc + "insecureEnableGroups: true, allowedGroups: b}", true},
		"oidc with an empty group":     {oidc + "insecureEnableGroups: true, allowedGroups: ['']}", true},
		"oidc with the claim hd":       {oidc + "hostedDomains: [a.example]}", true},
		"oidc with a filter":           {oidc + "claimModifications: {filterGroupClaims: {groupsFilter: a}}}", true},
		"oidc with an unknown field":   {oidc + "mustHave: [a]}", true},
		"oidc with a harmless field":   {oidc + "userIDKey: oid}", false},
		"github without a name":        {"type: github, id: x, config: {clientID: a, hostName: a.example, orgs: [{teams: [b]}]}", true},
		"github with teams as a text":  {"type: github, id: x, config: {clientID: a, orgs: [{name: a, teams: b}]}", true},
		"github with orgs as a text":   {"type: github, id: x, config: {clientID: a, hostName: a.example, orgs: a}", true},
		"github":                       {"type: github, id: x, config: {clientID: a, orgs: [{name: a, teams: [b]}]}", false},
		"ldap":                         {ldap + "scope: sub}}", false},
		"ldap with one level":          {ldap + "scope: one}}", true},
		"ldap with a filter that is 1": {ldap + "filter: 1}}", true},
		"ldap with an unknown field":   {ldap + "mustHave: a}}", true},
		"ldap with groups":             {ldap + "}, groupSearch: {baseDN: a, userMatchers: [{userAttr: DN, groupAttr: member}]}}", false},
		"ldap with groups of a level":  {ldap + "}, groupSearch: {baseDN: a, scope: one, userMatchers: [{userAttr: DN, groupAttr: member}]}}", true},
	} {
		spec, notes := connected(t, test.connector)
		if disabled := spec["disabled"] == true; disabled != test.disabled {
			t.Errorf("%s: disabled is %v", name, disabled)
		}
		if told := strings.Contains(strings.Join(notes.ToDo, "\n"), "is disabled, because"); told != test.disabled {
			t.Errorf("%s: %q", name, notes.ToDo)
		}
	}
}

// Nobody is in a group of GitHub with a display name, so the administrator is told.
func TestDisplayNamesOfTeams(t *testing.T) {
	for team, told := range map[string]bool{"Platform": false, "site-reliability": false, "a_1": false, "Site Reliability": true, "R&D": true, "\u00d6l": true, "a.b": true} {
		_, notes := connected(t, `type: github, id: x, config: {clientID: a, orgs: [{name: acme, teams: ["`+team+`"]}]}`)
		if all := strings.Join(notes.ToDo, "\n"); strings.Contains(all, "is the display name of a team of acme") != told {
			t.Errorf("%s: %s", team, all)
		}
	}
}

// connected converts a connector, and returns the spec of its provider.
func connected(t *testing.T, connector string) (spec map[string]any, notes *report.Report) {
	t.Helper()
	var one Connector
	if err := yaml.Unmarshal([]byte("{"+connector+"}"), &one); err != nil {
		t.Fatal(err)
	}
	notes = &report.Report{}
	for _, manifest := range Convert([]Connector{one}, Options{ServerNamespace: "system", ServerName: "default", SecretName: func(name string) string { return name }}, notes) {
		if spec, ok := manifest["spec"].(map[string]any); ok {
			return spec, notes
		}
	}
	t.Fatalf("no provider: %v", notes.Lost)
	return nil, nil
}

// TestGroupsAreFoundByTheAttributeOfDex: {username} is the attribute users.username, so that no
// other attribute may become it.
func TestGroupsAreFoundByTheAttributeOfDex(t *testing.T) {
	for name, test := range map[string]struct{ users, groups, filter string }{
		"by name of the entry":         {"username: mail", "userMatchers: [{userAttr: DN, groupAttr: member}]", "(member={dn})"},
		"by what they sign in with":    {"username: uid", "userMatchers: [{userAttr: uid, groupAttr: memberUid}]", "(memberUid={username})"},
		"by the username":              {"username: mail, preferredUsernameAttr: uid", "userMatchers: [{userAttr: UID, groupAttr: memberUid}]", "(memberUid={username})"},
		"the old form":                 {"username: uid", "userAttr: uid, groupAttr: memberUid", "(memberUid={username})"},
		"two":                          {"username: uid", "userMatchers: [{userAttr: DN, groupAttr: member}, {userAttr: uid, groupAttr: memberUid}]", "(|(member={dn})(memberUid={username}))"},
		"by another than the username": {"username: sAMAccountName, preferredUsernameAttr: displayName", "userMatchers: [{userAttr: sAMAccountName, groupAttr: memberUid}]", ""},
		"by uid, which is not it":      {"username: mail", "userMatchers: [{userAttr: uid, groupAttr: memberUid}]", ""},
		"the old form, not it":         {"username: mail", "userAttr: uid, groupAttr: memberUid", ""},
		"half of the old form":         {"username: mail", "userAttr: uid", ""},
	} {
		spec, notes := connected(t, "type: ldap, id: x, config: {host: a.example, userSearch: {baseDN: a, "+test.users+"}, groupSearch: {baseDN: b, "+test.groups+"}}")
		ldap, _ := spec["ldap"].(map[string]any)
		groups, _ := ldap["groups"].(map[string]any)
		if filter, _ := groups["filter"].(string); filter != test.filter {
			t.Errorf("%s: the filter is %q", name, filter)
		}
		if told := strings.Contains(strings.Join(notes.Lost, "\n"), "a matcher of groupSearch is not kept"); told != (test.filter == "") {
			t.Errorf("%s: %q", name, notes.Lost)
		}
	}
}
