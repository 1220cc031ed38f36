package clientspec

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func rotated(every time.Duration) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{Interval: duration(every)}
	}
}

func minRotation(least time.Duration) func(*oauthv1alpha1.OAuthServer) {
	return func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.ClientSecrets.MinRotationInterval = duration(least)
	}
}

func TestRules(t *testing.T) {
	teamA := &metav1.LabelSelector{MatchLabels: map[string]string{"team": "a"}}
	broken := &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "team", Operator: "Is"}}}
	labelled := func(c Candidate, labels map[string]string) Candidate {
		c.NamespaceLabels = labels
		return c
	}
	tests := map[string]struct {
		client  Candidate
		server  *oauthv1alpha1.OAuthServer
		refused string
		says    string
	}{
		"a client that asks for nothing is accepted": {candidate(), server(), "", ""},

		"Same takes a client beside the server":         {candidate(in("system", "app")), server(takesFrom("Same", nil)), "", ""},
		"Same refuses other namespaces":                 {candidate(), server(takesFrom("Same", nil)), oauthv1alpha1.ReasonNamespaceNotAllowed, `namespace "team"`},
		"an unset from means Same":                      {candidate(), server(takesFrom("", nil)), oauthv1alpha1.ReasonNamespaceNotAllowed, "spec.clientNamespaces"},
		"an unknown from means Same":                    {candidate(), server(takesFrom("Everywhere", nil)), oauthv1alpha1.ReasonNamespaceNotAllowed, ""},
		"All takes every namespace":                     {candidate(), server(takesFrom("All", nil)), "", ""},
		"Selector takes a namespace that matches":       {labelled(candidate(), map[string]string{"team": "a"}), server(takesFrom("Selector", teamA)), "", ""},
		"Selector refuses another value":                {labelled(candidate(), map[string]string{"team": "b"}), server(takesFrom("Selector", teamA)), oauthv1alpha1.ReasonNamespaceNotAllowed, ""},
		"Selector refuses a namespace without labels":   {candidate(), server(takesFrom("Selector", teamA)), oauthv1alpha1.ReasonNamespaceNotAllowed, ""},
		"Selector looks at the server's namespace, too": {candidate(in("system", "app")), server(takesFrom("Selector", teamA)), oauthv1alpha1.ReasonNamespaceNotAllowed, ""},
		"a selector that does not parse takes nothing":  {labelled(candidate(), map[string]string{"team": "Is"}), server(takesFrom("Selector", broken)), oauthv1alpha1.ReasonNamespaceNotAllowed, ""},
		"a missing selector takes nothing":              {labelled(candidate(), map[string]string{"team": "a"}), server(takesFrom("Selector", nil)), oauthv1alpha1.ReasonNamespaceNotAllowed, ""},
		"an empty selector takes every namespace":       {candidate(), server(takesFrom("Selector", &metav1.LabelSelector{})), "", ""},

		"a secret that is replaced every minute":        {candidate(rotated(time.Minute)), server(), "", ""},
		"a secret that is replaced more often":          {candidate(rotated(time.Minute - time.Second)), server(), oauthv1alpha1.ReasonRotationTooFrequent, "1m0s"},
		"a secret that is replaced as often as allowed": {candidate(rotated(time.Second)), server(minRotation(time.Second)), "", ""},
		"a secret that is replaced too often":           {candidate(rotated(time.Hour)), server(minRotation(2 * time.Hour)), oauthv1alpha1.ReasonRotationTooFrequent, "spec.clientSecrets.minRotationInterval"},

		"consent that is remembered":                {candidate(withConsent(oauthv1alpha1.ConsentRemember)), server(), "", ""},
		"consent that is asked for each time":       {candidate(withConsent(oauthv1alpha1.ConsentPrompt)), server(), "", ""},
		"consent that is skipped":                   {candidate(withConsent(oauthv1alpha1.ConsentSkip)), server(), oauthv1alpha1.ReasonConsentNotAllowed, "Remember"},
		"consent that is skipped beside the server": {candidate(in("system", "app"), withConsent(oauthv1alpha1.ConsentSkip)), server(), oauthv1alpha1.ReasonConsentNotAllowed, ""},

		"an ID of the client's own namespace":            {candidate(withID("team.anything")), server(), "", ""},
		"an ID that equals the namespace":                {candidate(withID("team")), server(), oauthv1alpha1.ReasonClientIDNotAllowed, `"team."`},
		"an ID of another namespace":                     {candidate(withID("other.app")), server(), oauthv1alpha1.ReasonClientIDNotAllowed, `"other.app"`},
		"an ID of a namespace whose name begins alike":   {candidate(withID("team2.app")), server(), oauthv1alpha1.ReasonClientIDNotAllowed, ""},
		"an ID of a namespace that the name begins with": {candidate(in("team-a", "app"), withID("team.app")), server(), oauthv1alpha1.ReasonClientIDNotAllowed, ""},
		"the URL of a document":                          {candidate(withID("https://agent.example/c")), server(), oauthv1alpha1.ReasonClientIDNotAllowed, `"team."`},
		"a URL in the server's namespace":                {candidate(in("system", "app"), withID("https://agent.example/c")), server(), "", ""},
		"a URL that is none of a document":               {candidate(in("system", "app"), withID("https://127.0.0.1/c")), server(), oauthv1alpha1.ReasonClientIDNotAllowed, "IP address"},
		"an ID in other capitals":                        {candidate(withID("Team.app")), server(), oauthv1alpha1.ReasonClientIDNotAllowed, ""},
		"any ID beside the server":                       {candidate(in("system", "app"), withID("grafana")), server(), "", ""},

		"a scope of the catalogue":               {candidate(withScopes("read", "write")), server(), "", ""},
		"a scope that is not in the catalogue":   {candidate(withScopes("read", "delete")), server(), oauthv1alpha1.ReasonScopeNotAllowed, `"delete"`},
		"a scope in other capitals":              {candidate(withScopes("Read")), server(), oauthv1alpha1.ReasonScopeNotAllowed, `"Read"`},
		"a restricted scope":                     {candidate(withScopes("admin")), server(), oauthv1alpha1.ReasonScopeNotAllowed, "restricted"},
		"a restricted scope beside the server":   {candidate(in("system", "app"), withScopes("admin")), server(), oauthv1alpha1.ReasonScopeNotAllowed, "restricted"},
		"openid is a scope like any other":       {candidate(withScopes("openid")), server(), oauthv1alpha1.ReasonScopeNotAllowed, `"openid"`},
		"a star in the catalogue is no wildcard": {candidate(withScopes("x")), server(func(s *oauthv1alpha1.OAuthServer) { s.Spec.Scopes = []oauthv1alpha1.ScopeDefinition{{Name: "*"}} }), oauthv1alpha1.ReasonScopeNotAllowed, ""},

		"an audience of the catalogue":             {candidate(withAudiences("https://api.example")), server(), "", ""},
		"a client ID of the own namespace":         {candidate(withAudiences("team.api")), server(), "", ""},
		"a client ID of another namespace":         {candidate(withAudiences("other.api")), server(), oauthv1alpha1.ReasonAudienceNotAllowed, `"other.api"`},
		"an audience below one of the catalogue":   {candidate(withAudiences("https://api.example/v1")), server(), oauthv1alpha1.ReasonAudienceNotAllowed, ""},
		"an audience that begins one":              {candidate(withAudiences("https://api")), server(), oauthv1alpha1.ReasonAudienceNotAllowed, ""},
		"a star in the client is an audience":      {candidate(withAudiences("*")), server(), oauthv1alpha1.ReasonAudienceNotAllowed, ""},
		"a star in the catalogue allows all":       {candidate(withAudiences("https://elsewhere.example", "other.api")), server(allAudiences), "", ""},
		"but for what is restricted":               {candidate(withAudiences("https://payroll.example")), server(allAudiences), oauthv1alpha1.ReasonAudienceNotAllowed, "restricted"},
		"a restricted audience":                    {candidate(withAudiences("https://payroll.example")), server(), oauthv1alpha1.ReasonAudienceNotAllowed, "restricted"},
		"a restricted audience beside the server":  {candidate(in("system", "app"), withAudiences("https://payroll.example")), server(), oauthv1alpha1.ReasonAudienceNotAllowed, "restricted"},
		"a restricted ID of the own namespace":     {candidate(withAudiences("team.ledger")), server(), oauthv1alpha1.ReasonAudienceNotAllowed, "restricted"},
		"an audience below a restricted one":       {candidate(withAudiences("https://payroll.example/v1")), server(), oauthv1alpha1.ReasonAudienceNotAllowed, "neither in"},
		"the second audience is looked at as well": {candidate(withAudiences("team.api", "other.api")), server(), oauthv1alpha1.ReasonAudienceNotAllowed, `"other.api"`},
		"the namespace comes before the ID":        {candidate(withID("other.app"), withScopes("x")), server(takesFrom("Same", nil)), oauthv1alpha1.ReasonNamespaceNotAllowed, ""},
		"the ID comes before the scopes":           {candidate(withID("other.app"), withScopes("x")), server(), oauthv1alpha1.ReasonClientIDNotAllowed, ""},
		"the scopes come before the audiences":     {candidate(withScopes("x"), withAudiences("x")), server(), oauthv1alpha1.ReasonScopeNotAllowed, ""},
		"a suspended client":                       {candidate(suspended), server(), oauthv1alpha1.ReasonSuspended, "spec.suspend"},
		"a suspended client that breaks a rule":    {candidate(suspended, withScopes("x")), server(), oauthv1alpha1.ReasonScopeNotAllowed, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			check(t, decide(test.client, servers(test.server), nil), test.refused, test.says)
		})
	}
}

// check compares a decision with the reason that is wanted; "" is accepted.
func check(t *testing.T, decision Decision, reason, says string) {
	t.Helper()
	if reason == "" {
		if decision.Refusal != nil {
			t.Fatalf("refused: %+v", *decision.Refusal)
		}
		return
	}
	if decision.Refusal == nil {
		t.Fatalf("accepted, wanted %s", reason)
	}
	if decision.Refusal.Reason != reason || !strings.Contains(decision.Refusal.Message, says) {
		t.Fatalf("wanted %s with %q, got: %+v", reason, says, *decision.Refusal)
	}
	if !strings.HasSuffix(decision.Refusal.Message, ".") {
		t.Errorf("the message is not a sentence: %s", decision.Refusal.Message)
	}
	if decision.Client.ID != "" || decision.Client.Scopes != nil {
		t.Errorf("a refused client may do something: %+v", decision.Client)
	}
}
