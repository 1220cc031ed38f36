package clientspec

import (
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
