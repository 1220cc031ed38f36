package authorization

import (
	"slices"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/logins"
)

// step is what has to happen next.
type step int

const (
	stepSignIn step = iota
	stepFactor
	stepConsent
	stepIssue
)

// facts are what the next step depends on.
type facts struct {
	request *request.Request
	client  clientspec.Interactive
	// asks is what the user is asked for.
	asks   consents.Access
	admits bool
	// shut says that users who signed in where this one did may not use the client.
	shut bool
	// login and person are who is signed in; nil for no user.
	login  *logins.Login
	person *identity.Person
	// subjects are the subs by which the client may ask for that user.
	subjects []string
	// consent is what the user has allowed the client; nil for nothing.
	consent *consents.Consent
	// signedIn says that the user who is signed in gave a password for this very request.
	signedIn bool
	// demand is what the sign-in must amount to.
	demand demand
	now    time.Time
}

// next decides what has to happen next. Its errors are for the application.
func next(f facts) (step, error) {
	if mustSignIn(f) {
		switch {
		case f.request.None:
			return 0, httpx.BadRequest(request.CodeLoginRequired, "The user must sign in.")
		case f.signedIn && f.login != nil:
			// The wrong user signed in (OpenID Connect Core 1.0 section 3.1.2.1, id_token_hint).
			return 0, httpx.BadRequest(request.CodeLoginRequired, "Another user than the one that the request names signed in.")
		}
		return stepSignIn, nil
	}
	if f.shut && !f.signedIn && !f.request.None {
		// Another way to sign in may be one of the client's.
		return stepSignIn, nil
	}
	if f.shut {
		return 0, httpx.BadRequest(httpx.CodeAccessDenied, "Users who sign in there may not use this application.")
	}
	if f.demand != demandNothing && !f.login.SecondFactor() && (f.demand == demandFactor || !f.request.None) {
		if f.request.None {
			return 0, httpx.BadRequest(request.CodeLoginRequired, "The user must give a second factor.")
		}
		return stepFactor, nil
	}
	if !f.admits {
		return 0, httpx.BadRequest(httpx.CodeAccessDenied, "The user may not use this application.")
	}
	if mustConsent(f) {
		if f.request.None {
			return 0, httpx.BadRequest(request.CodeConsentRequired, "The user must be asked for consent.")
		}
		return stepConsent, nil
	}
	return stepIssue, nil
}

func mustSignIn(f facts) bool {
	switch {
	case f.login == nil || f.person == nil:
		return true
	case f.request.Subject != "" && !slices.Contains(f.subjects, f.request.Subject):
		return true
	case f.signedIn:
		return false
	case f.request.Login:
		return true
	}
	if f.request.MaxAge == nil {
		return false
	}
	at, known := f.login.SignedIn()
	return !known || f.now.Sub(at) > *f.request.MaxAge
}

func mustConsent(f facts) bool {
	switch {
	case f.request.Consent:
		return true
	case f.client.Consent == oauthv1alpha1.ConsentSkip:
		return false
	case f.client.Consent != oauthv1alpha1.ConsentRemember:
		return true
	}
	return !f.consent.Covers(f.asks, f.now)
}
