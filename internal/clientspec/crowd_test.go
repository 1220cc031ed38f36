package clientspec

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// TestCrowd lets clients come, go and change in any order and compares what a Crowd
// counts with what there is.
func TestCrowd(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	standard, other := server(), server(named("system", "other"), notDefault)
	crowd := &Crowd{}
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
		before := crowd.Version("team")
		if changed := crowd.Change(was, is); changed != (crowd.Version("team") != before) {
			t.Fatal("a change and its version do not agree")
		}
		delete(present, name)
		if is != nil {
			present[name] = is
		}
		for _, s := range servers(standard, other) {
			agrees(t, crowd, present, s, standard, 1+r.IntN(6))
		}
	}
}

func agrees(t *testing.T, crowd *Crowd, present map[string]*oauthv1alpha1.OAuthClient, s, standard *oauthv1alpha1.OAuthServer, room int) {
	t.Helper()
	var order []*oauthv1alpha1.OAuthClient
	for _, c := range present {
		bound, _ := bind(c, servers(server(), server(named("system", "other"), notDefault)))
		if c.DeletionTimestamp == nil && bound.UID == s.UID {
			order = append(order, c)
		}
	}
	slices.SortFunc(order, func(a, b *oauthv1alpha1.OAuthClient) int {
		if older(&a.ObjectMeta, &b.ObjectMeta) {
			return -1
		}
		return 1
	})
	for n, c := range order {
		if got := crowd.Older(c, s, standard); got != n {
			t.Fatalf("client %d of %d: %d are older", n, len(order), got)
		}
	}
	var border []string
	for n := room - 1; n <= room && n < len(order); n++ {
		border = append(border, order[n].Name)
	}
	if got := crowd.Border("team", s, standard, room); !slices.Equal(got, border) {
		t.Fatalf("the border of %d is %v, wanted %v", room, got, border)
	}
}

func TestTooManyClients(t *testing.T) {
	two := int32(2)
	limit := policy("few", policySpec{Maximum: oauthv1alpha1.PolicyMaximum{ClientsPerNamespace: &two}})
	w := World{Servers: servers(server()), Policies: policies(limit), Crowd: &Crowd{}}
	var team []Candidate
	for n, name := range []string{"c", "b", "a"} {
		team = append(team, candidate(in("team", name), created(time.Duration(n)*time.Minute)))
	}
	elsewhere := candidate(in("other", "app"), created(time.Hour))
	for _, c := range append(team, elsewhere) {
		w.Crowd.Change(nil, c.Client)
	}
	check(t, Decide(team[0], w), "", "")
	check(t, Decide(team[1], w), "", "")
	check(t, Decide(team[2], w), oauthv1alpha1.ReasonTooManyClients, `Policy "few" of OAuthServer system/default does not allow more than 2 clients in namespace "team"`)
	check(t, Decide(elsewhere, w), "", "")
	w.Crowd.Change(team[1].Client, nil)
	check(t, Decide(team[2], w), "", "")
	none := int32(0)
	limit.Spec.Maximum.ClientsPerNamespace = &none
	check(t, Decide(team[0], w), oauthv1alpha1.ReasonTooManyClients, "more than 0")
}
