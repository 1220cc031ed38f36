package tokens

import (
	"context"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

type oneUser struct{ *identity.Person }

func (u oneUser) Lookup(context.Context, string, identity.Link) (*identity.Person, error) {
	return u.Person, nil
}

// A client that demands a second factor since a Grant began does not honour it if the user
// gave a password only; one of a sign-in that was stepped up goes on.
func TestDemandEndsGrants(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	v := &Verifier{Users: oneUser{&identity.Person{Subject: "local:ada", UID: "ada"}}, Now: func() time.Time { return now }}
	for name, test := range map[string]struct {
		demands bool
		amr     []string
		counts  bool
	}{
		"a password":                            {false, []string{"pwd"}, true},
		"a password where a factor is needed":   {true, []string{"pwd"}, false},
		"no method where a factor is needed":    {true, nil, false},
		"both":                                  {true, []string{"pwd", "otp", "mfa"}, true},
		"both at a provider":                    {true, []string{"mfa"}, true},
		"a code where a second one is needed":   {true, []string{"otp"}, false},
		"both where a password would be enough": {false, []string{"pwd", "pop", "mfa"}, true},
	} {
		client := clients.New(clientspec.Client{ID: "shop.web", UID: "uid", Interactive: clientspec.Interactive{SecondFactor: test.demands}})
		g := &grants.Grant{Subject: "local:ada", UserUID: "ada", ClientUID: "uid", AMR: test.amr, AuthTime: now}
		if user, err := v.honoured(t.Context(), client, g, now); err != nil || (user != nil) != test.counts {
			t.Errorf("%s: %v, %v", name, user, err)
		}
	}
}
