package exchange

import (
	"errors"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/clientstest"
	"github.com/grantor-dev/grantor/server/token"
	"github.com/grantor-dev/grantor/server/tokens"
)

// An exchange is refused that would give a token which does not count, or one for the issuer
// that nobody asked for.
func TestRules(t *testing.T) {
	t.Parallel()
	began := time.Unix(1_800_000_000, 0)
	g := &Grant{Verifier: &tokens.Verifier{Issuer: func() string { return clientstest.Issuer }}}
	for name, test := range map[string]struct {
		notBefore time.Time
		audiences []string
		target    string
		hops      int
		err       error
	}{
		"a token":                           {began, []string{"team.a"}, "team.b", 1, nil},
		"a token of four exchanges":         {began, []string{"team.a"}, "team.b", 5, errChain},
		"a token of three exchanges":        {began, []string{"team.a"}, "team.b", 4, nil},
		"a token from before all ended":     {began.Add(time.Second), []string{"team.a"}, "team.b", 1, errSubject},
		"the issuer":                        {began, []string{"team.a"}, clientstest.Issuer, 1, errIssuer},
		"the issuer, which the token names": {began, []string{clientstest.Issuer}, clientstest.Issuer, 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			client := clients.New(clientspec.Client{ID: "team.a", UID: "uid", NotBefore: test.notBefore})
			s := &subject{began: began, audiences: test.audiences, hops: make([]tokens.Hop, test.hops)}
			var err error
			for _, rule := range rules {
				if err = rule(g, token.Request{Client: client}, s, []string{test.target}); err != nil {
					break
				}
			}
			if !errors.Is(err, test.err) {
				t.Error(err)
			}
		})
	}
}
