package grants

import (
	"testing"
	"time"
)

// Who is told of the end of a Login is found by its Grants, also by one whose tokens
// have long expired.
func TestAGrantIsKeptAsLongAsItsLogin(t *testing.T) {
	brief, until := Lifetimes{Whole: time.Minute, Idle: time.Minute, Access: time.Minute}, began.Add(12*time.Hour)
	g := Begin(Grant{}, Code{Login: loginName, Offline: true, ExpiresAt: began.Add(time.Minute)}, brief, began)
	if g.Origin != loginName || g.Login != "" || !g.needed.Before(until) {
		t.Errorf("begun %+v", g)
	}
	g.Keep(until)
	if next := g.Next(brief, began.Add(time.Hour)); !g.needed.Equal(until) || !next.needed.Equal(until) || next.ExpiresAt.After(began.Add(2*time.Minute)) {
		t.Errorf("needed until %s and after a refresh until %s, expires at %s", g.needed, next.needed, next.ExpiresAt)
	}
	late := g.Next(Lifetimes{Whole: 48 * time.Hour, Idle: 24 * time.Hour, Access: time.Minute}, began.Add(time.Hour))
	if !late.needed.Equal(late.ExpiresAt) {
		t.Errorf("needed until %s, though it can be refreshed until %s", late.needed, late.ExpiresAt)
	}
	if g.Keep(began); !g.needed.Equal(until) {
		t.Error("an earlier end shortens what is needed")
	}
}
