package clientspec

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// TestTheFirstClaimHasTheID: looking at each claimant once finds the client that
// Decide lets have the ID, whatever the claimants.
func TestTheFirstClaimHasTheID(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	all := servers(server(), server(named("system", "second"), notDefault))
	for round := range 500 {
		var claimants []Candidate
		for i := range random.IntN(8) {
			changes := []func(*oauthv1alpha1.OAuthClient){
				in([]string{"system", "team"}[random.IntN(2)], fmt.Sprintf("c%d", i)), withID("x"),
				created(time.Duration(random.IntN(3)) * time.Second),
			}
			switch random.IntN(6) {
			case 0:
				changes = append(changes, goingAway)
			case 1:
				changes = append(changes, withScopes("not-there"))
			case 2:
				changes = append(changes, on("system", "second"))
			}
			claimants = append(claimants, candidate(changes...))
		}
		holders := map[string]string{}
		for claim := range Claims(Inputs{Servers: all, Claimants: KnownClaimants(claimants...)}) {
			if claim.Refusal == nil && holders[claim.Server.Name] == "" {
				holders[claim.Server.Name] = claim.Client.Name
			}
		}
		for _, claimant := range claimants {
			decision := decide(claimant, all, claimants)
			has := decision.Refusal == nil && claimant.Client.DeletionTimestamp == nil
			if has != (decision.Server != nil && holders[decision.Server.Name] == claimant.Client.Name) {
				t.Fatalf("round %d: Claims says %v, Decide says %v of %s: %+v", round, holders, has, claimant.Client.Name, decision.Refusal)
			}
		}
	}
}
