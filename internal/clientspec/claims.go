package clientspec

import (
	"fmt"
	"iter"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Claim is what becomes of one client that claims an ID, but for the other claimants.
type Claim struct {
	Candidate
	// Server is the server that the client belongs to; nil if there is none.
	Server *oauthv1alpha1.OAuthServer
	// Refusal is the rule of its own that the client breaks; nil if it breaks none.
	Refusal *Refusal
}

// Entitled reports whether the client may have the ID, whatever other rule it breaks.
func (c Claim) Entitled() bool {
	return c.Refusal == nil ||
		c.Server != nil && c.Refusal.Reason != oauthv1alpha1.ReasonClientIDNotAllowed && c.Refusal.Reason != oauthv1alpha1.ReasonNamespaceNotAllowed
}

// Claims yields the claims to one client ID from the oldest to the youngest, without
// those of clients that are being deleted. The first of a server without a Refusal has
// the ID there. Each claimant is looked at once, whatever their number: any tenant may
// create clients that claim an ID.
func Claims(inputs Inputs) iter.Seq[Claim] {
	return func(yield func(Claim) bool) {
		for _, claimant := range byAge(inputs.Claimants) {
			if claimant.Client.DeletionTimestamp != nil {
				continue
			}
			e, refusal := accept(claimant, inputs)
			if !yield(Claim{claimant, e.server, refusal}) {
				return
			}
		}
	}
}

func byAge(claimants []Candidate) []Candidate {
	return slices.SortedFunc(slices.Values(claimants), func(a, b Candidate) int {
		switch {
		case older(&a.Client.ObjectMeta, &b.Client.ObjectMeta):
			return -1
		case older(&b.Client.ObjectMeta, &a.Client.ObjectMeta):
			return 1
		default:
			return 0
		}
	})
}

// conflict refuses a client whose ID belongs to an older client of the same server, and names
// the one that has it: claimants come in no order, and a status that named one at random would
// be written again and again. A claimant that breaks another rule holds nothing, else every
// tenant that may create a client could block any ID; a suspended one keeps its ID.
func conflict(c Candidate, server *oauthv1alpha1.OAuthServer, inputs Inputs) *Refusal {
	holder := c
	for _, rival := range inputs.Claimants {
		if rival.Client.UID == c.Client.UID || rival.Client.DeletionTimestamp != nil || rival.Client.ClientID() != c.Client.ClientID() {
			continue
		}
		if !older(&rival.Client.ObjectMeta, &holder.Client.ObjectMeta) {
			continue
		}
		if other, refusal := accept(rival, inputs); refusal == nil && other.server.UID == server.UID {
			holder = rival
		}
	}
	if holder.Client.UID == c.Client.UID {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonClientIDConflict, conflictMessage(c, holder))
}

// conflictMessage names the rival only to its own namespace.
func conflictMessage(c, rival Candidate) string {
	who := "an older OAuthClient in another namespace"
	if rival.Client.Namespace == c.Client.Namespace {
		who = fmt.Sprintf("the older OAuthClient %q", rival.Client.Name)
	}
	return fmt.Sprintf("Client ID %q belongs to %s. Create the client again with another spec.clientID.", c.Client.ClientID(), who)
}
