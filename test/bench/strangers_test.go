package main

import "testing"

// A forged token is as long as a real one and differs from it, and from the forgery
// before.
func TestForge(t *testing.T) {
	const token = "grt_0123456789abcdef0123456789abcdef.1.AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHHIIIIJJJJKKK"
	seen := map[string]bool{token: true}
	for n := range 20 {
		forged := forge(token, n)
		if len(forged) != len(token) || seen[forged] {
			t.Errorf("forgery %d is %q", n, forged)
		}
		seen[forged] = true
	}
}

func TestSizes(t *testing.T) {
	for name, test := range map[string]struct {
		settings      settings
		races, grants int
	}{
		"the whole run":           {settings{}, 2000, 100000},
		"a quick run":             {settings{quick: true}, 100, 1000},
		"what was asked for wins": {settings{quick: true, races: 7, grants: 30}, 7, 30},
	} {
		if races, grants := test.settings.raceCount(), test.settings.grantCount(); races != test.races || grants != test.grants {
			t.Errorf("%s: %d races and %d Grants, want %d and %d", name, races, grants, test.races, test.grants)
		}
	}
}
