package exchange

import (
	"encoding/json"
	"testing"

	"github.com/grantor-dev/grantor/server/clients/clientstest"
)

// RFC 8693 section 4.4: what a token says of who may act is never read as more than it says.
func TestMayAct(t *testing.T) {
	const ci = "https://ci.example"
	for claim, allowed := range map[string]bool{
		`{"sub":"team.a"}`:                                    true,
		`{"sub":"client:team.a"}`:                             true,
		`{"sub":"team.a","iss":"` + ci + `"}`:                 true,
		`{"sub":"team.a","iss":"` + clientstest.Issuer + `"}`: true,
		`{"sub":"team.a","iss":"https://other.example"}`:      false,
		`{"sub":"team.a","iss":""}`:                           false,
		`{"sub":"team.a","role":"admin"}`:                     false,
		`{"sub":"team.b"}`:                                    false,
		`{"sub":["team.a"]}`:                                  false,
		`{"sub":""}`:                                          false,
		`{}`:                                                  false,
		`null`:                                                false,
		`"team.a"`:                                            false,
		`["team.a"]`:                                          false,
		`{"sub":"team.a","sub":"team.b"}`:                     false,
	} {
		if got := actorsOf(json.RawMessage(claim), clientstest.Issuer, ci).allows("team.a"); got != allowed {
			t.Errorf("%s allows: %t", claim, got)
		}
	}
	if !actorsOf(nil).allows("team.a") {
		t.Error("a token that says nothing allows nobody")
	}
}

func TestNameable(t *testing.T) {
	for subject, ok := range map[string]bool{"repo:acme/shop": true, "Grün 1": true, "": false, "a\nb": false, "a\u202eb": false, "a\x00": false} {
		if nameable(subject) != ok {
			t.Errorf("%q", subject)
		}
	}
	if nameable(string(make([]byte, 513))) {
		t.Error("a subject of 513 bytes")
	}
}

// FuzzMayAct: whatever the claim is, it lets act whom it names and nobody else.
func FuzzMayAct(f *testing.F) {
	f.Add(`{"sub":"team.a"}`, "team.a")
	f.Add(`{"sub":"client:team.a","iss":"x"}`, "team.a")
	f.Fuzz(func(t *testing.T, claim, id string) {
		a := actorsOf(json.RawMessage(claim), clientstest.Issuer)
		if a.allows(id) && a.subject != id && a.subject != "client:"+id || !a.restricted {
			t.Errorf("%q lets %q act: %+v", claim, id, a)
		}
	})
}
