package rbac

import (
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
)

// never are rules that no review may let in.
var never = map[string]func(role, rbacv1.PolicyRule) bool{
	"a wildcard": func(_ role, rule rbacv1.PolicyRule) bool {
		all := slices.Concat(rule.APIGroups, rule.Resources, rule.Verbs, rule.ResourceNames, rule.NonResourceURLs)
		return slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, "*") })
	},
	"a verb that gives away rights of others": func(_ role, rule rbacv1.PolicyRule) bool {
		return containsAny(rule.Verbs, "escalate", "impersonate", "sign", "approve", "attest")
	},
	"binding another role than the shipped ones": func(_ role, rule rbacv1.PolicyRule) bool {
		return slices.Contains(rule.Verbs, "bind") && (!slices.Equal(rule.Resources, []string{"clusterroles"}) ||
			!slices.Equal(rule.ResourceNames, []string{"grantor-server", "grantor-server-namespace"}))
	},
	"writing ClusterRoles": func(_ role, rule rbacv1.PolicyRule) bool {
		return containsAny(rule.Resources, "clusterroles") && !onlyReads(rule) && !slices.Equal(rule.Verbs, []string{"bind"})
	},
	"writing roles or bindings by another than the operator": func(r role, rule rbacv1.PolicyRule) bool {
		return r.name != "grantor-operator" && slices.Contains(rule.APIGroups, "rbac.authorization.k8s.io") && !onlyReads(rule)
	},
	"a Secret or a status for all servers": func(r role, rule rbacv1.PolicyRule) bool {
		return r.name == "grantor-server-namespace" && (containsAny(rule.Resources, "secrets") || slices.Contains(rule.Verbs, "delete") ||
			slices.ContainsFunc(rule.Resources, func(resource string) bool { return strings.HasSuffix(resource, "/status") }))
	},
	"tokens of other ServiceAccounts": func(_ role, rule rbacv1.PolicyRule) bool {
		return containsAny(rule.Resources, "serviceaccounts/token")
	},
	"a ConfigMap": func(_ role, rule rbacv1.PolicyRule) bool {
		return containsAny(rule.Resources, "configmaps")
	},
	"a spec that a program writes": func(r role, rule rbacv1.PolicyRule) bool {
		return !aggregated(r) && r.name != "grantor-identity-admin" && slices.Contains(rule.APIGroups, "oauth.grantor.dev") && !onlyReads(rule) &&
			slices.ContainsFunc(rule.Resources, func(resource string) bool { return !strings.HasSuffix(resource, "/status") })
	},
	"a Secret for the server beside its own": func(r role, rule rbacv1.PolicyRule) bool {
		return r.name == "grantor-server" && containsAny(rule.Resources, "secrets") &&
			(r.kind != "Role" || r.namespace != "grantor-system" || !onlyReads(rule) ||
				!slices.Equal(rule.ResourceNames, []string{"default-oauth-keys", "default-oauth-passwords", "default-oauth-providers"}))
	},
	"a session of another namespace for the server": func(r role, rule rbacv1.PolicyRule) bool {
		return r.name == "grantor-server" && r.kind == "ClusterRole" && slices.Contains(rule.APIGroups, "session.grantor.dev")
	},
	"a watch or a deletion of sessions for the server": func(r role, rule rbacv1.PolicyRule) bool {
		// A device that waits must cost nothing, so the server hears of Approvals.
		return r.name == "grantor-server" && slices.Contains(rule.APIGroups, "session.grantor.dev") &&
			(containsAny(rule.Verbs, "delete", "deletecollection") || containsAny(rule.Verbs, "watch") && !slices.Equal(rule.Resources, []string{"approvals"}))
	},
	"a session that the operator makes, changes or watches": func(r role, rule rbacv1.PolicyRule) bool {
		// It makes OAuthClients of Registrations, and notes which; and takes the codes of
		// Connections.
		made := len(rule.Resources) > 0 && !slices.ContainsFunc(rule.Resources, func(resource string) bool { return resource != "registrations" && resource != "connections" })
		return r.name == "grantor-operator" && slices.Contains(rule.APIGroups, "session.grantor.dev") &&
			(containsAny(rule.Verbs, "create", "patch", "deletecollection") || containsAny(rule.Verbs, "update", "watch") && !made)
	},
	"taking second factors away, beside the role for it": func(r role, rule rbacv1.PolicyRule) bool {
		return r.name != "grantor-factor-admin" && slices.Contains(rule.Verbs, "patch") && containsAny(rule.Resources, "enrollments")
	},
	"more than reading and ending sessions for people": func(r role, rule rbacv1.PolicyRule) bool {
		return (r.name == "grantor-session-admin" || r.name == "grantor-factor-admin") && (!onlyReads(rule) && (!slices.Equal(rule.APIGroups, []string{"session.grantor.dev"}) ||
			containsAny(rule.Verbs, "create", "update", "delete", "deletecollection")) || containsAny(rule.Resources, "marks", "registrations"))
	},
	"a status that the server writes": func(r role, rule rbacv1.PolicyRule) bool {
		return r.name == "grantor-server" && slices.ContainsFunc(rule.Resources, func(resource string) bool { return strings.HasSuffix(resource, "/status") })
	},
	"users of another namespace for the server": func(r role, rule rbacv1.PolicyRule) bool {
		return r.name == "grantor-server" && r.kind == "ClusterRole" && containsAny(rule.Resources, "oauthusers", "oauthidentityproviders")
	},
	"more than what teams own for people": func(r role, rule rbacv1.PolicyRule) bool {
		return aggregated(r) && (!slices.Equal(rule.APIGroups, []string{"oauth.grantor.dev"}) || !slices.Equal(rule.Resources, []string{"oauthclients", "oauthresources", "oauthtokens"}))
	},
	"more than providers for those who connect them": func(r role, rule rbacv1.PolicyRule) bool {
		return r.name == "grantor-identity-admin" && !onlyReads(rule) && !slices.Equal(rule.Resources, []string{"oauthidentityproviders"})
	},
	"a write for people who may only read": func(r role, rule rbacv1.PolicyRule) bool {
		return r.labels["rbac.authorization.k8s.io/aggregate-to-view"] == "true" && !onlyReads(rule)
	},
}

func TestWhatNoRoleMayHold(t *testing.T) {
	all := roles(t)
	for name, holds := range never {
		t.Run(name, func(t *testing.T) {
			for _, r := range all {
				for _, rule := range r.rules {
					if holds(r, rule) {
						t.Errorf("%s: %v", r, rule)
					}
				}
			}
		})
	}
}

// TestWhatNoRoleMayHoldIsRecognised shows each rule that it refuses to the test above.
func TestWhatNoRoleMayHoldIsRecognised(t *testing.T) {
	server := role{kind: "ClusterRole", name: "grantor-server"}
	view := role{kind: "ClusterRole", name: "people", labels: map[string]string{"rbac.authorization.k8s.io/aggregate-to-view": "true"}}
	rule := func(group, resource, verb string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: []string{resource}, Verbs: []string{verb}}
	}
	bad := map[string]struct {
		role role
		rule rbacv1.PolicyRule
	}{
		"a wildcard": {server, rule("", "*", "get")},
		"a verb that gives away rights of others":                {server, rule("", "users", "impersonate")},
		"binding another role than the shipped ones":             {server, rule("rbac.authorization.k8s.io", "clusterroles", "bind")},
		"writing ClusterRoles":                                   {server, rule("rbac.authorization.k8s.io", "clusterroles", "patch")},
		"writing roles or bindings by another than the operator": {server, rule("rbac.authorization.k8s.io", "roles", "create")},
		"a Secret or a status for all servers":                   {role{kind: "ClusterRole", name: "grantor-server-namespace"}, rule("", "secrets", "get")},
		"tokens of other ServiceAccounts":                        {server, rule("", "serviceaccounts/token", "create")},
		"a ConfigMap":                                            {server, rule("", "configmaps", "get")},
		"a spec that a program writes":                           {server, rule("oauth.grantor.dev", "oauthclients", "patch")},
		"a Secret for the server beside its own":                 {server, rule("", "secrets", "get")},
		"a session of another namespace for the server":          {server, rule("session.grantor.dev", "marks", "get")},
		"a watch or a deletion of sessions for the server":       {server, rule("session.grantor.dev", "grants", "watch")},
		"a session that the operator makes, changes or watches":  {role{kind: "ClusterRole", name: "grantor-operator"}, rule("session.grantor.dev", "grants", "update")},
		"taking second factors away, beside the role for it":     {role{kind: "ClusterRole", name: "grantor-session-admin"}, rule("session.grantor.dev", "enrollments", "patch")},
		"more than reading and ending sessions for people":       {role{kind: "ClusterRole", name: "grantor-session-admin"}, rule("session.grantor.dev", "grants", "delete")},
		"a status that the server writes":                        {server, rule("oauth.grantor.dev", "oauthclients/status", "patch")},
		"users of another namespace for the server":              {server, rule("oauth.grantor.dev", "oauthusers", "get")},
		"more than what teams own for people":                    {view, rule("oauth.grantor.dev", "oauthclients/status", "get")},
		"more than providers for those who connect them":         {role{kind: "ClusterRole", name: "grantor-identity-admin"}, rule("oauth.grantor.dev", "oauthservers", "patch")},
		"a write for people who may only read":                   {view, rule("oauth.grantor.dev", "oauthclients", "update")},
	}
	for name, holds := range never {
		if b, ok := bad[name]; !ok || !holds(b.role, b.rule) {
			t.Errorf("%q recognises nothing", name)
		}
	}
}

func aggregated(r role) bool {
	for label := range r.labels {
		if strings.HasPrefix(label, "rbac.authorization.k8s.io/aggregate-to-") {
			return true
		}
	}
	return false
}

func onlyReads(rule rbacv1.PolicyRule) bool {
	return !slices.ContainsFunc(rule.Verbs, func(verb string) bool { return !slices.Contains([]string{"get", "list", "watch"}, verb) })
}

func containsAny(values []string, wanted ...string) bool {
	return slices.ContainsFunc(wanted, func(w string) bool { return slices.Contains(values, w) })
}
