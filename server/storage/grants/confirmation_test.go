package grants

import (
	"testing"
	"time"
)

// What was issued before the client had a key is still known for what it is: one that is
// presented once more ends the Grant, whoever presents it.
func TestHeldRefreshTokens(t *testing.T) {
	key, other := Confirmation{JKT: thumbprint}, Confirmation{JKT: "another"}
	certificate := Confirmation{X5T: thumbprint}
	lifetimes := Lifetimes{Whole: time.Hour, Idle: time.Hour}
	unbound, late := typicalGrant(), typicalGrant().Next(lifetimes, began)
	late.Bind(key)
	late = late.Next(lifetimes, began)
	late.Bind(other)
	first := typicalGrant()
	first.Confirmation = key
	both := typicalGrant()
	both.Confirmation = Confirmation{JKT: thumbprint, X5T: thumbprint}
	for name, test := range map[string]struct {
		grant      *Grant
		generation int64
		proved     Confirmation
		held       bool
	}{
		"an unbound one without a key":            {unbound, 1, Confirmation{}, true},
		"an unbound one with a key":               {unbound, 1, key, true},
		"one that was always bound":               {first, 1, key, true},
		"its successor":                           {first, 2, key, true},
		"one that was always bound, another key":  {first, 1, other, false},
		"one that was always bound, without":      {first, 1, Confirmation{}, false},
		"one of before the key":                   {late, 1, Confirmation{}, true},
		"the first that is bound":                 {late, 2, key, true},
		"the first that is bound, without":        {late, 2, Confirmation{}, false},
		"a later one, the key of a later request": {late, 3, other, false},
		"a certificate in place of the key":       {first, 1, certificate, false},
		"a key and a certificate":                 {both, 1, both.Confirmation, true},
		"the key without the certificate":         {both, 1, key, false},
	} {
		if held := test.grant.Held(test.generation, test.proved); held != test.held {
			t.Errorf("%s: %t", name, held)
		}
	}
}
