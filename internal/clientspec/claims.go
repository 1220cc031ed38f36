package clientspec

import (
	"fmt"
	"iter"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/age"
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

// Claimants are clients that claim one ID. Any tenant may create thousands of them, so what is
// known of their namespaces is looked up for those only that matter.
type Claimants struct {
	// Clients are in no order.
	Clients []*oauthv1alpha1.OAuthClient
	// Candidate returns one of them with what is known of its namespace.
	Candidate func(*oauthv1alpha1.OAuthClient) Candidate
}

// KnownClaimants returns claimants whose namespaces are known already.
func KnownClaimants(candidates ...Candidate) Claimants {
	known := Claimants{Candidate: func(c *oauthv1alpha1.OAuthClient) Candidate {
		return candidates[slices.IndexFunc(candidates, func(one Candidate) bool { return one.Client == c })]
	}}
	for _, candidate := range candidates {
		known.Clients = append(known.Clients, candidate.Client)
	}
	return known
}

// Claims yields the claims to one client ID from the oldest to the youngest, without
// those of clients that are being deleted. The first of a server without a Refusal has
// the ID there. Each claimant is looked at once, whatever their number, and put into order
// only as far as the caller asks.
func Claims(inputs Inputs) iter.Seq[Claim] {
	return func(yield func(Claim) bool) {
		for claimant := range age.Oldest(inputs.Claimants.Clients) {
			if claimant.DeletionTimestamp != nil {
				continue
			}
			candidate := inputs.Claimants.Candidate(claimant)
			e, refusal := accept(candidate, inputs)
			if !yield(Claim{candidate, e.server, refusal}) {
				return
			}
		}
	}
}

// conflict refuses a client whose ID belongs to an older client of the same server, and names
// the one that has it: claimants come in no order, and a status that named one at random would
// be written again and again. A claimant that breaks another rule holds nothing, else every
// tenant that may create a client could block any ID; a suspended one keeps its ID.
func conflict(c Candidate, server *oauthv1alpha1.OAuthServer, inputs Inputs) *Refusal {
	holder := c.Client
	for _, rival := range inputs.Claimants.Clients {
		if rival.UID == c.Client.UID || rival.DeletionTimestamp != nil || !age.Older(rival, holder) || rival.ClientID() != c.Client.ClientID() {
			continue
		}
		if other, refusal := accept(inputs.Claimants.Candidate(rival), inputs); refusal == nil && other.server.UID == server.UID {
			holder = rival
		}
	}
	if holder.UID == c.Client.UID {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonClientIDConflict, conflictMessage(c.Client, holder))
}

// conflictMessage names the rival only to its own namespace.
func conflictMessage(c, rival *oauthv1alpha1.OAuthClient) string {
	who := "an older OAuthClient in another namespace"
	if rival.Namespace == c.Namespace {
		who = fmt.Sprintf("the older OAuthClient %q", rival.Name)
	}
	return fmt.Sprintf("Client ID %q belongs to %s. Create the client again with another spec.clientID.", c.ClientID(), who)
}
