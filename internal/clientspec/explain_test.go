package clientspec

import (
	"slices"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestExplain(t *testing.T) {
	suspend := func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true }
	for name, test := range map[string]struct {
		client  Candidate
		server  bool
		refused []string
	}{
		"accepted":          {candidate(withScopes("read")), true, nil},
		"one rule":          {candidate(withScopes("read", "admin")), true, []string{"ScopeNotAllowed"}},
		"several rules":     {candidate(withID("other.app"), withScopes("admin"), withAudiences("https://other.example"), suspend), true, []string{"ClientIDNotAllowed", "ScopeNotAllowed", "AudienceNotAllowed", "Suspended"}},
		"an ID of an older": {candidate(withScopes("admin"), created(time.Hour)), true, []string{"ScopeNotAllowed", "ClientIDConflict"}},
		"no server": {candidate(func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.ServerRef = &oauthv1alpha1.ServerReference{Name: "missing"}
		}, withScopes("admin")), false, []string{"ServerNotFound"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			older := candidate(withUID("older"), withID("team.app"))
			inputs := Inputs{Servers: servers(server()), Claimants: KnownClaimants(older)}
			if test.client.Client.CreationTimestamp.Time.Equal(start) {
				inputs.Claimants = Claimants{}
			}
			x := Explain(test.client, inputs)
			var refused []string
			for _, refusal := range x.Refusals {
				refused = append(refused, refusal.Reason)
			}
			if !slices.Equal(refused, test.refused) {
				t.Errorf("refused by %v, wanted %v", refused, test.refused)
			}
			if test.server != (x.Server != nil) || test.server != (x.Effective.ID != "") {
				t.Errorf("the server is %v, the client %q", x.Server, x.Effective.ID)
			}
		})
	}
}
