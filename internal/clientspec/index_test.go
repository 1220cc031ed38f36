package clientspec

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/age"
	"github.com/grantor-dev/grantor/internal/clientindex"
)

// TestNamespaceIndex lets clients come, go and change in any order and compares what an
// index counts with what there is.
func TestNamespaceIndex(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	standard, other := server(), server(named("system", "other"), notDefault)
	index := &clientindex.NamespaceIndex{}
	present := map[string]*oauthv1alpha1.OAuthClient{}
	for range 3000 {
		name := fmt.Sprintf("app-%d", r.IntN(30))
		was := present[name]
		var is *oauthv1alpha1.OAuthClient
		if r.IntN(3) > 0 {
			is = client(in("team", name), created(time.Duration(r.IntN(5))*time.Second))
			if was != nil {
				is.CreationTimestamp = was.CreationTimestamp
			}
			switch r.IntN(5) {
			case 0:
				on("system", "other")(is)
			case 1:
				boundTo("system", "default")(is)
			case 2:
				boundTo("system", "other")(is)
			case 3:
				goingAway(is)
			}
		}
		before := index.Version("team")
		if changed := index.Change(was, is); changed != (index.Version("team") != before) {
			t.Fatal("a change and its version do not agree")
		}
		delete(present, name)
		if is != nil {
			present[name] = is
		}
		for _, s := range servers(standard, other) {
			agrees(t, index, present, s, standard, 1+r.IntN(6))
		}
	}
}

func agrees(t *testing.T, index *clientindex.NamespaceIndex, present map[string]*oauthv1alpha1.OAuthClient, s, standard *oauthv1alpha1.OAuthServer, limit int) {
	t.Helper()
	var order []*oauthv1alpha1.OAuthClient
	for _, c := range present {
		bound, _ := bind(c, servers(server(), server(named("system", "other"), notDefault)))
		if c.DeletionTimestamp == nil && bound.UID == s.UID {
			order = append(order, c)
		}
	}
	slices.SortFunc(order, func(a, b *oauthv1alpha1.OAuthClient) int {
		if age.Older(a, b) {
			return -1
		}
		return 1
	})
	for n, c := range order {
		if got := index.Older(c, s, standard); got != n {
			t.Fatalf("client %d of %d: %d are older", n, len(order), got)
		}
	}
	var boundary []string
	for n := limit - 1; n <= limit && n < len(order); n++ {
		boundary = append(boundary, order[n].Name)
	}
	if got := index.Boundary("team", s, standard, limit); !slices.Equal(got, boundary) {
		t.Fatalf("the boundary of %d is %v, wanted %v", limit, got, boundary)
	}
}

func TestTooManyClients(t *testing.T) {
	two := int32(2)
	limit := policy("few", policySpec{Maximum: oauthv1alpha1.PolicyMaximum{ClientsPerNamespace: &two}})
	inputs := Inputs{Servers: servers(server()), Policies: policies(limit), Namespaces: &clientindex.NamespaceIndex{}}
	var team []Candidate
	for n, name := range []string{"c", "b", "a"} {
		team = append(team, candidate(in("team", name), created(time.Duration(n)*time.Minute)))
	}
	elsewhere := candidate(in("other", "app"), created(time.Hour))
	for _, c := range append(team, elsewhere) {
		inputs.Namespaces.Change(nil, c.Client)
	}
	check(t, Decide(team[0], inputs), "", "")
	check(t, Decide(team[1], inputs), "", "")
	check(t, Decide(team[2], inputs), oauthv1alpha1.ReasonTooManyClients, `Policy "few" of OAuthServer system/default does not allow more than 2 clients in namespace "team"`)
	check(t, Decide(elsewhere, inputs), "", "")
	inputs.Namespaces.Change(team[1].Client, nil)
	check(t, Decide(team[2], inputs), "", "")
	none := int32(0)
	limit.Spec.Maximum.ClientsPerNamespace = &none
	check(t, Decide(team[0], inputs), oauthv1alpha1.ReasonTooManyClients, "more than 0")
}
