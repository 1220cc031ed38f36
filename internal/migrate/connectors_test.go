package migrate

import (
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/internal/documents"
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
		result := connected(t, test.connector)
		spec := specOf(t, result)
		if disabled := spec["disabled"] == true; disabled != test.disabled {
			t.Errorf("%s: disabled is %v", name, disabled)
		}
		if told := strings.Contains(strings.Join(result.ToDo, "\n"), "is disabled, because"); told != test.disabled {
			t.Errorf("%s: %q", name, result.ToDo)
		}
	}
}

func connected(t *testing.T, connector string) Result {
	t.Helper()
	result, err := Convert([]documents.Input{{Name: "input", Content: []byte("connectors: [{" + connector + "}]")}}, Options{Namespace: "default", ServerNamespace: "grantor-system"})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func specOf(t *testing.T, result Result) map[string]any {
	t.Helper()
	for _, manifest := range result.Manifests {
		if spec, ok := manifest["spec"].(map[string]any); ok {
			return spec
		}
	}
	t.Fatalf("no provider: %v", result.Lost)
	return nil
}
