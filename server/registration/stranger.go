package registration

import (
	"context"
	"net/http"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/httpx"
)

// Strangers registers clients without a token that ask at another path than the registration
// endpoint, within the same limits.
type Strangers struct{ *Endpoint }

// Admit refuses a request that comes with a token or from a web page, one while strangers cannot
// register, and one too many. It returns an httpx.Error.
func (s Strangers) Admit(r *http.Request) error {
	err := s.refusal(r)
	if err != nil {
		Refused(r.Context(), err)
	}
	return err
}

func (s Strangers) refusal(r *http.Request) error {
	switch {
	case len(r.Header.Values("Authorization")) > 0:
		return errToken("Clients are registered without a token at this address.")
	case len(r.Header.Values("Origin")) > 0:
		// Every page can send a form with the browser of its visitor, and must not use up
		// the limit of that.
		return &httpx.Error{
			Code: httpx.CodeAccessDenied, Status: http.StatusForbidden, Description: "Applications register themselves at this address, not web pages: send no Origin.",
		}
	case s.Settings().Registration.Anonymous == nil:
		return &httpx.Error{
			Code: httpx.CodeAccessDenied, Status: http.StatusForbidden,
			Description: "This server registers no clients without a token: spec.registration.anonymous.mode of the OAuthServer is not Sealed.",
		}
	}
	return s.spend(r)
}

// Refused records why a registration was refused, where no Registrar was asked.
func Refused(ctx context.Context, err error) {
	audit.Record(ctx, audit.Event{Decision: audit.Registration, Refused: httpx.CodeOf(err)})
}

// Register returns the client that was registered, or an httpx.Error.
func (s Strangers) Register(ctx context.Context, m Metadata) (Response, error) {
	return s.Anonymous.Register(ctx, m)
}
