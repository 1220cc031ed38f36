package workloads

import "testing"

func TestListedWorkloads(t *testing.T) {
	x := &Exchange{Federated: []Federated{{TrustedIssuer: "ci", Subject: "repo:acme/", Prefix: true}, {TrustedIssuer: "ci", Subject: "job"}}}
	for of, listed := range map[[2]string]bool{
		{"ci", "repo:acme/shop"}: true, {"ci", "job"}: true, {"ci", "job2"}: false, {"other", "job"}: false, {"ci", "repo:acme"}: false, {"", ""}: false,
	} {
		if x.Workload(of[0], of[1]) != listed {
			t.Errorf("%q", of)
		}
	}
}
