package secondfactor

import (
	"errors"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/identity/factors/totp"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// Frame is what a page has around what it asks for.
type Frame struct {
	// Application is where the user is going; nil if to a page of this server.
	Application *ui.Application
	// Action is where the form leads, and CancelURI where another user can sign in.
	Action, CancelURI string
	// Problem is a sentence about what the user gave before.
	Problem texts.Text
	// Hidden returns the fields with which the form brings a Half back.
	Hidden func(*Half) ([]ui.Field, error)
}

// Page returns the page that asks a user for a second factor, or shows how to add one to a user
// who has none.
func (s *Service) Page(u *User, f *Frame) (ui.Page, error) {
	h, asked, err := s.ask(u)
	if err != nil {
		return nil, err
	}
	hidden, err := f.Hidden(h)
	if err != nil {
		return nil, err
	}
	if u.Enrolled.HasFactor() {
		return ui.Factor{
			Application: f.Application, Action: f.Action, Hidden: hidden, Person: u.Person.DisplayName, Username: u.Person.Username,
			App: u.Enrolled.TOTP != nil, Recovery: len(u.Enrolled.Recovery) > 0, Passkey: string(asked), Problem: f.Problem, CancelURI: f.CancelURI,
		}, nil
	}
	page := Enroll(s.factors, u.Person, h.Secret)
	page.Application, page.Action, page.Hidden, page.Required = f.Application, f.Action, hidden, true
	page.Passkey, page.Problem, page.CancelURI = string(asked), f.Problem, f.CancelURI
	return page, nil
}

// ask returns what a browser is asked about a passkey, and the Half that knows of it.
func (s *Service) ask(u *User) (*Half, []byte, error) {
	h := *u.Half
	var asked []byte
	var err error
	if u.Enrolled.HasFactor() {
		h.Secret = nil
		asked, h.Ceremony, err = s.factors.AskPasskey(u.Enrolled, u.Person)
	} else {
		if h.Secret == nil {
			h.Secret = totp.NewSecret()
		}
		asked, h.Ceremony, err = s.factors.NewPasskey(u.Enrolled, u.Person)
	}
	if err != nil && !errors.Is(err, factors.ErrUnavailable) {
		return nil, nil, err
	}
	return &h, asked, nil
}

// Enroll returns the part of a page that shows the secret of a new app, which is stored nowhere
// before the user has given a code of it.
func Enroll(given *factors.Service, person *identity.Person, secret []byte) ui.Enroll {
	return ui.Enroll{
		Person: person.DisplayName, Username: person.Username,
		URI: given.AppURI(person.Username, secret), Secret: totp.Text(secret),
	}
}
