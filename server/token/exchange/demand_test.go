package exchange

import (
	"errors"
	"testing"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/token"
)

// A client that demands a second factor exchanges no token of a user who gave a password only.
func TestDemand(t *testing.T) {
	client := clients.New(clientspec.Client{ID: "team.b", UID: "uid", Interactive: clientspec.Interactive{SecondFactor: true}})
	s := &subject{grant: &grants.Grant{AMR: []string{"pwd"}}, user: &identity.Person{Username: "ada"}}
	if err := admitted(nil, token.Request{Client: client}, s, []string{"team.b"}); !errors.Is(err, errNoFactor) {
		t.Error(err)
	}
	s.grant.AMR = []string{"pwd", "pop", "mfa"}
	if err := admitted(nil, token.Request{Client: client}, s, []string{"team.b"}); err != nil {
		t.Error(err)
	}
}
