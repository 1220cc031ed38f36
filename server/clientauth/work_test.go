package clientauth

import (
	"net/url"
	"testing"
)

// A request that names only a client ID does the same for a client that exists as for
// one that does not.
func TestClientIDAloneCostsTheSame(t *testing.T) {
	a := newAuthenticator(t)
	work := func(id string) float64 {
		r, form := request(), url.Values{"client_id": {id}}
		return testing.AllocsPerRun(200, func() { _, _ = a.Authenticate(r, form) })
	}
	known, unknown := work("team.basic"), work("team.nobod")
	if unknown < known-2 || unknown > known+4 {
		t.Errorf("a client that exists allocates %.0f times, another %.0f times", known, unknown)
	}
}
