package consents

import (
	"fmt"
	"slices"
	"testing"
)

func TestAccessWith(t *testing.T) {
	a := Access{Scopes: []string{"openid"}, Audiences: []string{"api"}}
	b := Access{Scopes: []string{"openid", "email"}, Audiences: []string{"payroll"}, Offline: true}
	both := a.With(b)
	if !a.Within(both) || !b.Within(both) || len(both.Scopes) != 2 || len(both.Audiences) != 2 {
		t.Errorf("together they are %+v", both)
	}
	if a.Within(b) || b.Within(a) || a.With(Access{}).Offline {
		t.Error("something is added that neither has")
	}
}

// A client's audiences can change again and again; what it asks for now is stored.
func TestAccessKeepsTheAudiencesOfNow(t *testing.T) {
	old := Access{}
	for n := range maxAudiences {
		old.Audiences = append(old.Audiences, fmt.Sprintf("old%d", n))
	}
	wanted := Access{Audiences: []string{"new", "old3"}}
	both := wanted.With(old)
	if len(both.Audiences) != maxAudiences || !wanted.Within(both) || slices.Contains(both.Audiences, "old63") {
		t.Errorf("%d audiences: %v", len(both.Audiences), both.Audiences)
	}
}
