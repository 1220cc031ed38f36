package clientspec

import (
	"slices"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Most of these clients live beside the server, where any ID is allowed.
func TestTwoClientsOneID(t *testing.T) {
	mine := func(changes ...func(*oauthv1alpha1.OAuthClient)) Candidate {
		return candidate(append([]func(*oauthv1alpha1.OAuthClient){in("system", "mine"), withID("grafana"), created(time.Minute)}, changes...)...)
	}
	rival := func(changes ...func(*oauthv1alpha1.OAuthClient)) Candidate {
		return candidate(append([]func(*oauthv1alpha1.OAuthClient){in("system", "rival"), withID("grafana")}, changes...)...)
	}
	second := server(named("system", "second"), notDefault)
	const conflicts = oauthv1alpha1.ReasonClientIDConflict
	tests := map[string]struct {
		client  Candidate
		rivals  []Candidate
		refused string
		says    string
	}{
		"an older claimant":                             {mine(), []Candidate{rival()}, conflicts, `"rival"`},
		"a younger claimant":                            {mine(), []Candidate{rival(created(time.Hour))}, "", ""},
		"the client itself among the claimants":         {mine(), []Candidate{mine()}, "", ""},
		"the same second, the rival has the lower UID":  {mine(withUID("b")), []Candidate{rival(created(time.Minute), withUID("a"))}, conflicts, ""},
		"the same second, the rival has the higher UID": {mine(withUID("a")), []Candidate{rival(created(time.Minute), withUID("b"))}, "", ""},
		"one older among many":                          {mine(), []Candidate{rival(created(time.Hour)), rival(withUID("x"))}, conflicts, ""},
		"the one of several that has it": {
			mine(), []Candidate{rival(in("system", "between"), created(time.Second), withUID("x")), rival()}, conflicts, `"rival"`},
		"a claimant that is being deleted":            {mine(), []Candidate{rival(goingAway)}, "", ""},
		"a suspended claimant keeps its ID":           {mine(), []Candidate{rival(suspended)}, conflicts, ""},
		"a suspended client that lost its ID":         {mine(suspended), []Candidate{rival()}, conflicts, ""},
		"a claimant with a scope it may not have":     {mine(), []Candidate{rival(withScopes("x"))}, "", ""},
		"a claimant with an audience it may not have": {mine(), []Candidate{rival(withAudiences("x"))}, "", ""},
		"a claimant with an ID it may not have":       {mine(), []Candidate{rival(in("team", "rival"))}, "", ""},
		"a claimant without server":                   {mine(), []Candidate{rival(on("system", "gone"))}, "", ""},
		"a claimant on another server":                {mine(), []Candidate{rival(on("system", "second"))}, "", ""},
		"a claimant bound to another server":          {mine(), []Candidate{rival(boundTo("system", "second"))}, "", ""},
		"a claimant with another ID":                  {mine(), []Candidate{rival(withID("prometheus"))}, "", ""},
		"a claimant by default ID": {
			candidate(in("team", "b"), withID("team.a"), created(time.Minute)), []Candidate{candidate(in("team", "a"))}, conflicts, `"a"`},
		"a rule of its own comes before the conflict": {mine(withScopes("x")), []Candidate{rival()}, oauthv1alpha1.ReasonScopeNotAllowed, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			all := servers(server(), second)
			check(t, decide(test.client, all, test.rivals), test.refused, test.says)
			slices.Reverse(test.rivals)
			check(t, decide(test.client, all, append(test.rivals, test.client)), test.refused, test.says)
		})
	}
}

// TestAConflictHasOneWinner: whatever the order, exactly one of the clients keeps
// the ID.
func TestAConflictHasOneWinner(t *testing.T) {
	claimants := []Candidate{
		candidate(in("system", "a"), withID("x")), candidate(in("system", "b"), withID("x")),
		candidate(in("system", "c"), withID("x"), created(-time.Hour), withScopes("not-there")),
		candidate(in("system", "d"), withID("x"), created(time.Hour)),
		candidate(in("system", "e"), withID("x"), created(-time.Minute), goingAway),
	}
	var winners []string
	for _, claimant := range claimants[:4] {
		if decide(claimant, servers(server()), claimants).Refusal == nil {
			winners = append(winners, claimant.Client.Name)
		}
	}
	if !slices.Equal(winners, []string{"a"}) {
		t.Errorf("winners: %v", winners)
	}
}

// TestAConflictNamesNoClientElsewhere: the name of a client of another namespace is
// not for this one to read.
func TestAConflictNamesNoClientElsewhere(t *testing.T) {
	mine := candidate(in("team", "x"), withID("team.shared"), created(time.Minute))
	secret := candidate(in("system", "secret-project"), withID("team.shared"))
	decision := decide(mine, servers(server()), []Candidate{secret})
	check(t, decision, oauthv1alpha1.ReasonClientIDConflict, "another namespace")
	if message := decision.Refusal.Message; strings.Contains(message, "secret-project") || strings.Contains(message, "system") {
		t.Errorf("it tells about another namespace: %s", message)
	}
}
