package flow

import (
	"net/http"
	"net/url"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/resourcespec"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/resources"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/logins"
	"github.com/grantor-dev/grantor/server/ui"
)

// Clients finds clients.
type Clients interface {
	// Client returns the client with the given ID, or nil if there is none.
	Client(id string) (*clients.Client, error)
}

var _ Clients = (*lookup.Registry)(nil)

// Resources finds protected resources.
type Resources interface {
	// Find returns the resource with an identifier, or nil if there is none.
	Find(identifier string) *resourcespec.Resource
}

var _ Resources = (*resources.Registry)(nil)

// Notices tells applications that a user signed out.
type Notices interface {
	// Ended says that a Login of a user has ended. It returns at once.
	Ended(subject, login string)
}

// Visits are what all pages need.
type Visits struct {
	// Issuer returns the issuer URL, which can change while the server runs.
	Issuer func() string
	// Settings returns what the OAuthServer says.
	Settings func() *serverspec.Settings
	// Clients finds clients, Users users.
	Clients Clients
	Users   identity.Source
	// Resources finds protected resources.
	Resources Resources
	// Logins are those of all browsers.
	Logins *logins.Store
	// Notices tells applications that a user signed out.
	Notices Notices
	// Keys are the server's keys.
	Keys *keys.Store
	// Now is the clock.
	Now func() time.Time
}

// Visit is a browser's request with who is behind it.
type Visit struct {
	// Set are the keys that the request is answered with.
	Set *keys.Set
	// Login and Person are who is signed in; nil for no user.
	Login  *logins.Login
	Person *identity.Person
	// weak is the Login of a user who must have given a second factor and has not, weakPerson
	// that user: it counts for nothing but its end.
	weak       *logins.Login
	weakPerson *identity.Person
	// SignedOut says that the browser has just signed out.
	SignedOut bool

	sent   *http.Request
	visits *Visits
	jar    jar
	// marks are the browser's; what it gets is bound to the first.
	marks []string
	// known is the cookie that says who signed in with the browser before.
	known string
	// agent is what the browser says that it is.
	agent identity.Agent
	// cookies are set with the answer.
	cookies []*http.Cookie
}

// Visit reads who sent a request: one live read if the browser has a cookie of a
// Login.
func (s *Visits) Visit(r *http.Request) (*Visit, error) {
	set, err := s.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	v := &Visit{Set: set, sent: r, visits: s, jar: newJar(s.Issuer()), agent: agentOf(r.UserAgent())}
	v.SignedOut = v.jar.value(r, signedOutCookie) != ""
	v.marks, v.known = v.jar.marks(r), v.jar.value(r, knownCookie)
	login, err := s.Logins.Named(r.Context(), v.jar.value(r, loginCookie), s.Now())
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if login == nil {
		return v, nil
	}
	person, err := s.Users.Lookup(r.Context(), login.Subject, login.Link)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if person == nil || !person.Honours(login.UserUID, login.AuthTime) {
		return v, nil
	}
	if s.Settings().SecondFactor == oauthv1alpha1.SecondFactorRequire && !login.SecondFactor() {
		// It began when none was required.
		v.weak, v.weakPerson = login, person
		return v, nil
	}
	v.Login, v.Person = login, person
	return v, nil
}

// Old returns the Login that the browser has, and whose it is, also if signing in takes more
// now: signing out ends it, and signing in once more takes it over. It is nil for none.
func (v *Visit) Old() (*logins.Login, *identity.Person) {
	if v.Login == nil {
		return v.weak, v.weakPerson
	}
	return v.Login, v.Person
}

// SignIn makes a Login that was just stored the browser's, which is known for the user from
// now on.
func (v *Visit) SignIn(login *logins.Login, who *identity.Authentication, lifetime time.Duration) error {
	cookie, err := v.visits.Logins.Cookie(login)
	if err != nil {
		return httpx.Unavailable(err)
	}
	known, err := v.remember(who)
	if err != nil {
		return err
	}
	v.cookies = append(v.cookies, v.jar.set(loginCookie, cookie, lifetime), v.jar.set(knownCookie, known, knownLifetime))
	v.Login, v.Person = login, who.Person
	if v.SignedOut {
		v.Drop(signedOutCookie)
	}
	return nil
}

// Agent returns what the browser says that it is.
func (v *Visit) Agent() identity.Agent { return v.agent }

// StepUp gives the browser the cookie of its Login after a second factor.
func (v *Visit) StepUp(login *logins.Login) error {
	if err := v.give(login); err != nil {
		return err
	}
	return v.confirmed(login.UserUID)
}

// give gives the browser the cookie of the next generation of its Login.
func (v *Visit) give(login *logins.Login) error {
	cookie, err := v.visits.Logins.Cookie(login)
	if err != nil {
		return httpx.Unavailable(err)
	}
	v.cookies = append(v.cookies, v.jar.set(loginCookie, cookie, login.ExpiresAt.Sub(v.visits.Now())))
	v.Login = login
	return nil
}

// SignOut makes the browser forget its Login.
func (v *Visit) SignOut() {
	v.cookies = append(v.cookies, v.jar.forget(loginCookie), v.jar.set(signedOutCookie, "1", signedOutFor))
}

// Sent returns the request of the visit.
func (v *Visit) Sent() *http.Request { return v.sent }

// mark makes sure that the browser has a mark, to which forms can be bound.
func (v *Visit) mark() string {
	if len(v.marks) == 0 {
		v.marks = []string{storage.NewName()}
		v.cookies = append(v.cookies, v.jar.setMark(v.marks[0]))
	}
	return v.marks[0]
}

// Page answers with a page and the cookies of the visit.
func (v *Visit) Page(status int, page ui.Page, policy ui.Policy) Answer {
	return v.With(Answer{Page: page, Status: status, Policy: policy})
}

// Redirect sends the browser to a path of this server, with the cookies of the visit.
func (v *Visit) Redirect(path string) Answer {
	return v.With(Answer{Location: v.visits.Issuer() + path})
}

// With adds the cookies of the visit to an answer.
func (v *Visit) With(answer Answer) Answer {
	answer.Cookies = v.cookies
	return answer
}

// At returns the path of a page with what its form would bring back in the query.
func At(path, sealed string) string { return path + "?" + url.Values{Field: {sealed}}.Encode() }
