package sweeper

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/serverspec"
)

// owned returns n objects that end one minute after the other, in reverse order. Their
// names are their numbers.
func owned(kind, subject, client string, n int) []record {
	var out []record
	for i := range n {
		out = append(out, record{
			kind: kind, namespace: "system", name: fmt.Sprint(i), subject: subject, clientUID: client, expires: "2026-01-02T20",
			issuedAt: noon.Add(-time.Hour), expiresAt: noon.Add(time.Hour + time.Duration(i)*time.Minute),
		})
	}
	slices.Reverse(out)
	return out
}

func TestExcess(t *testing.T) {
	served := map[string]serverspec.Bounds{"system": {MaxGrantsPerUser: 3, MaxLoginsPerUser: 2}}
	change := func(items []record, change func(*record)) []record {
		for i := range items {
			change(&items[i])
		}
		return items
	}
	var everywhere []record
	for client := range 11 {
		everywhere = append(everywhere, owned("Grant", "ada", fmt.Sprint("client", client), 3)...)
	}
	young := change(owned("Grant", "ada", "crowd", 28), func(r *record) { setYoung(r, true) })
	tests := map[string]struct {
		items []record
		gone  []string
	}{
		"as many as are allowed":            {owned("Grant", "ada", "app", 3), nil},
		"those that end first go":           {owned("Grant", "ada", "app", 5), []string{"0", "1"}},
		"those that were ended go before":   {change(owned("Grant", "ada", "app", 4), func(r *record) { r.ended = r.name == "3" }), []string{"3"}},
		"each user has a share":             {append(owned("Grant", "ada", "app", 3), owned("Grant", "bob", "app", 3)...), nil},
		"each client has a share":           {append(owned("Grant", "ada", "app", 3), owned("Grant", "ada", "other", 3)...), nil},
		"codes that may not have expired":   {change(owned("Grant", "ada", "app", 5), func(r *record) { r.issuedAt = noon.Add(-time.Minute) }), nil},
		"they count all the same":           {change(owned("Grant", "ada", "app", 5), func(r *record) { setYoung(r, r.name > "1") }), []string{"0", "1"}},
		"of all clients ten times as many":  {everywhere, []string{"0", "0", "0"}},
		"a client's crowd that stays":       {append(young, owned("Grant", "ada", "app", 3)...), nil},
		"it counts as much as it may have":  {append(young[:28:28], everywhere[:30]...), []string{"0", "0", "0"}},
		"Logins, of which there are fewer":  {owned("Login", "ada", "", 5), []string{"0", "1", "2"}},
		"Consents, of which there are more": {owned("Consent", "ada", "app", 31), []string{"0"}},
		"Marks have no user":                {owned("Mark", "", "app", 100), nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			gone := []string{}
			for _, r := range excessOf(test.items, served, noon) {
				gone = append(gone, r.name)
			}
			if !slices.Equal(gone, test.gone) && len(gone)+len(test.gone) > 0 {
				t.Errorf("gone are %v", gone)
			}
		})
	}
}

func setYoung(r *record, young bool) {
	if young {
		r.issuedAt = noon.Add(-time.Minute)
	}
}

func TestCrowds(t *testing.T) {
	served := map[string]serverspec.Bounds{"system": {MaxGrantsPerUser: 3, MaxLoginsPerUser: 2}}
	c := newCrowds(served)
	for _, r := range slices.Concat(owned("Grant", "ada", "app", 3), owned("Login", "ada", "", 3), owned("Mark", "", "app", 50)) {
		c.add(r)
	}
	elsewhere := owned("Grant", "ada", "app", 4)
	for i := range elsewhere {
		elsewhere[i].namespace = "unserved"
		c.add(elsewhere[i])
	}
	if c.found["Grant"] || !c.found["Login"] || c.found["Mark"] {
		t.Errorf("too many of %v", c.found)
	}
	c.add(owned("Grant", "ada", "app", 1)[0])
	if !c.found["Grant"] || !c.has(0, owned("Grant", "ada", "app", 1)[0]) || c.has(0, elsewhere[0]) || c.has(0, owned("Grant", "bob", "app", 1)[0]) {
		t.Error("the fourth Grant is not found")
	}
}
