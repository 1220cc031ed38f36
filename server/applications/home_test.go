package applications

import (
	"errors"
	"testing"

	"github.com/grantor-dev/grantor/server/clients"
)

type shown func() ([]*clients.Client, error)

func (s shown) Shown() ([]*clients.Client, error) { return s() }

func TestHome(t *testing.T) {
	for name, test := range map[string]struct {
		shown []*clients.Client
		err   error
		want  string
	}{
		"nothing is shown":     {nil, nil, "/account"},
		"something is":         {[]*clients.Client{wiki("Wiki", "https://wiki.example.com")}, nil, "/applications"},
		"nothing is known yet": {nil, errors.New("no keys"), "/account"},
	} {
		s := &Service{Clients: shown(func() ([]*clients.Client, error) { return test.shown, test.err })}
		if got := s.Home(); got != test.want {
			t.Errorf("%s: leads to %s", name, got)
		}
	}
}
