package steps

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

// Step is what has to happen next.
type Step int

// Steps.
const (
	// SignIn asks the user to sign in.
	SignIn Step = iota
	// Factor asks for a second factor.
	Factor
	// Consent asks whether the application may have what it asks for.
	Consent
	// Issue gives the application what it asks for.
	Issue
)

// Demand is what a sign-in must amount to.
type Demand int

// Demands.
const (
	// DemandNothing is content with any sign-in.
	DemandNothing Demand = iota
	// DemandWish asks a user who has a second factor for it.
	DemandWish
	// DemandFactor lets nobody in without one.
	DemandFactor
)

// Facts are what the next step depends on.
type Facts struct {
	// Request is what the application asks for, and Client what it is.
	Request *request.Request
	Client  clientspec.Interactive
	// Asks is what the user is asked for.
	Asks consents.Access
	// Admits says that the user may use the client.
	Admits bool
	// Shut says that users who signed in where this one did may not use the client.
	Shut bool
	// Login and Person are who is signed in; nil for no user.
	Login  *logins.Login
	Person *identity.Person
	// Subjects are the subs by which the client may ask for that user.
	Subjects []string
	// Consent is what the user has allowed the client; nil for nothing.
	Consent *consents.Consent
	// SignedIn says that the user who is signed in gave a password for this very request.
	SignedIn bool
	// Demand is what the sign-in must amount to.
	Demand Demand
	// Now is the time.
	Now time.Time
}

// Next decides what has to happen next. Its errors are for the application.
func Next(f *Facts) (Step, error) {
	if mustSignIn(f) {
		switch {
		case f.Request.None:
			return 0, httpx.BadRequest(request.CodeLoginRequired, "The user must sign in.")
		case f.SignedIn && f.Login != nil:
			// The wrong user signed in (OpenID Connect Core 1.0 section 3.1.2.1, id_token_hint).
			return 0, httpx.BadRequest(request.CodeLoginRequired, "Another user than the one that the request names signed in.")
		}
		return SignIn, nil
	}
	if f.Shut && !f.SignedIn && !f.Request.None {
		// Another way to sign in may be one of the client's.
		return SignIn, nil
	}
	if f.Shut {
		return 0, httpx.BadRequest(httpx.CodeAccessDenied, "Users who sign in there may not use this application.")
	}
	if f.Demand != DemandNothing && !f.Login.SecondFactor() && (f.Demand == DemandFactor || !f.Request.None) {
		if f.Request.None {
			return 0, httpx.BadRequest(request.CodeLoginRequired, "The user must give a second factor.")
		}
		return Factor, nil
	}
	if !f.Admits {
		return 0, httpx.BadRequest(httpx.CodeAccessDenied, "The user may not use this application.")
	}
	if mustConsent(f) {
		if f.Request.None {
			return 0, httpx.BadRequest(request.CodeConsentRequired, "The user must be asked for consent.")
		}
		return Consent, nil
	}
	return Issue, nil
}

func mustSignIn(f *Facts) bool {
	switch {
	case f.Login == nil || f.Person == nil:
		return true
	case f.Request.Subject != "" && !slices.Contains(f.Subjects, f.Request.Subject):
		return true
	case f.SignedIn:
		return false
	case f.Request.Login:
		return true
	}
	if f.Request.MaxAge == nil {
		return false
	}
	at, known := f.Login.SignedIn()
	return !known || f.Now.Sub(at) > *f.Request.MaxAge
}

func mustConsent(f *Facts) bool {
	switch {
	case f.Request.Consent:
		return true
	case f.Client.Consent == oauthv1alpha1.ConsentSkip:
		return false
	case f.Client.Consent != oauthv1alpha1.ConsentRemember:
		return true
	}
	return !f.Consent.Covers(f.Asks, f.Now)
}
