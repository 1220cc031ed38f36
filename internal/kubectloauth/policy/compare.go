package policy

import (
	"cmp"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/kubectloauth/facts"
)

// change is a client of which another decision is made.
type change struct {
	client        *oauthv1alpha1.OAuthClient
	before, after []*clientspec.Refusal
}

// newly reports whether the client is allowed before and refused after.
func (c change) newly() bool { return len(c.before) == 0 && len(c.after) > 0 }

// compare decides about each client with the policies of the cluster, and with others in
// their place.
func compare(all []facts.Facts, policies []*oauthv1alpha1.OAuthClientPolicy) []change {
	var changes []change
	for _, before := range all {
		after := before
		after.Inputs.Policies = replaced(before.Inputs.Policies, policies)
		c := change{before.Candidate.Client, before.Explain().Refusals, after.Explain().Refusals}
		if !slices.EqualFunc(c.before, c.after, func(a, b *clientspec.Refusal) bool { return a.Reason == b.Reason && a.Message == b.Message }) {
			changes = append(changes, c)
		}
	}
	slices.SortFunc(changes, func(a, b change) int {
		return cmp.Or(strings.Compare(a.client.Namespace, b.client.Namespace), strings.Compare(a.client.Name, b.client.Name))
	})
	return changes
}

// replaced are the policies of the cluster, with others beside them and in the place of their
// namesakes.
func replaced(there, others []*oauthv1alpha1.OAuthClientPolicy) []*oauthv1alpha1.OAuthClientPolicy {
	named := func(a *oauthv1alpha1.OAuthClientPolicy) func(*oauthv1alpha1.OAuthClientPolicy) bool {
		return func(b *oauthv1alpha1.OAuthClientPolicy) bool { return a.Namespace == b.Namespace && a.Name == b.Name }
	}
	var out []*oauthv1alpha1.OAuthClientPolicy
	for _, policy := range there {
		if !slices.ContainsFunc(others, named(policy)) {
			out = append(out, policy)
		}
	}
	return append(out, others...)
}

func rows(changes []change) [][]string {
	out := [][]string{{"OAUTHCLIENT", "NOW", "WITH THE FILE"}}
	for _, c := range changes {
		out = append(out, []string{c.client.Namespace + "/" + c.client.Name, reasons(c.before), sentences(c.after)})
	}
	return out
}

func reasons(refusals []*clientspec.Refusal) string {
	if len(refusals) == 0 {
		return "allowed"
	}
	var out []string
	for _, refusal := range refusals {
		out = append(out, refusal.Reason)
	}
	return strings.Join(out, ", ")
}

func sentences(refusals []*clientspec.Refusal) string {
	if len(refusals) == 0 {
		return "allowed"
	}
	var out []string
	for _, refusal := range refusals {
		out = append(out, refusal.Reason+": "+refusal.Message)
	}
	return strings.Join(out, " ")
}
