package authorization

import (
	"errors"
	"net/http"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/identity/factors/totp"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

func (s *Service) showFactor(r *http.Request) (flow.Answer, error) {
	i, person, e, err := s.halfway(r)
	if err != nil {
		return flow.Answer{}, err
	}
	return s.factorPage(i, person, e, http.StatusOK, "")
}

// factorPage asks for a second factor, or shows how to add one.
func (s *Service) factorPage(i *Interaction, person *identity.Person, e *enrollments.Enrollment, status int, problem texts.Text) (flow.Answer, error) {
	h := *i.Half
	var asked []byte
	var err error
	if e.HasFactor() {
		h.Secret = nil
		asked, h.Ceremony, err = s.Factors.AskPasskey(e, person)
	} else {
		if h.Secret == nil {
			h.Secret = totp.NewSecret()
		}
		asked, h.Ceremony, err = s.Factors.NewPasskey(e, person)
	}
	if err != nil && !errors.Is(err, factors.ErrUnavailable) {
		return flow.Answer{}, err
	}
	hidden, err := i.Fields(flow.PageFactor, &pending{Request: i.Request, Next: i.Next, SignedIn: i.SignedIn, Half: &h})
	if err != nil {
		return flow.Answer{}, err
	}
	other, err := i.Seal(flow.PageSignIn, &pending{Request: i.Request, Next: i.Next})
	if err != nil {
		return flow.Answer{}, err
	}
	cancel := flow.At(endpoints.Login, other)
	var app *ui.Application
	if i.Client != nil {
		shown := flow.Application(i.Client)
		app = &shown
	}
	if !e.HasFactor() {
		return i.Page(status, ui.Enroll{
			Application: app, Action: endpoints.Factor, Hidden: hidden, Person: person.DisplayName, Username: person.Username, Required: true,
			URI: s.Factors.AppURI(person.Username, h.Secret), Secret: totp.Text(h.Secret), Passkey: string(asked), Problem: problem, CancelURI: cancel,
		}, policy(i.Request)), nil
	}
	return i.Page(status, ui.Factor{
		Application: app, Action: endpoints.Factor, Hidden: hidden, Person: person.DisplayName, Username: person.Username,
		App: e.TOTP != nil, Recovery: len(e.Recovery) > 0, Passkey: string(asked), Problem: problem, CancelURI: cancel,
	}, policy(i.Request)), nil
}
