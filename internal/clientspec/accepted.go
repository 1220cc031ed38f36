package clientspec

import (
	"iter"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Accepted yields the claimants of one client ID that break no rule of their own, from
// the oldest to the youngest, each with its server. The first of a server has the ID
// there. Each claimant is looked at once, whatever their number: anybody may create
// clients that claim an ID.
func Accepted(w World) iter.Seq2[Candidate, *oauthv1alpha1.OAuthServer] {
	return func(yield func(Candidate, *oauthv1alpha1.OAuthServer) bool) {
		for _, claimant := range byAge(w.Claimants) {
			if claimant.Client.DeletionTimestamp != nil {
				continue
			}
			m, _, refusal := accept(claimant, w)
			if refusal == nil && !yield(claimant, m.server) {
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
