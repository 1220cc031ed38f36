package browser

import (
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"github.com/grantor-dev/grantor/server/ui"
)

// stub shows the pages in the order of a sign-in, with just enough behind them to
// try the scenarios: alice's password is "right", and a form belongs to the browser
// that got it.
type stub struct {
	*httptest.Server
	t           *testing.T
	pages       *ui.Pages
	redirectURI string

	mu sync.Mutex
	// signedIn and consented say how far a browser is.
	signedIn, consented map[string]bool
}

func newStub(t *testing.T, redirectURI string) *stub {
	t.Helper()
	pages, err := ui.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &stub{t: t, pages: pages, redirectURI: redirectURI, signedIn: map[string]bool{}, consented: map[string]bool{}}
	mux := http.NewServeMux()
	mux.Handle("/assets/", pages.Assets())
	mux.HandleFunc("GET /authorize", s.next)
	mux.HandleFunc("POST /login", s.login)
	mux.HandleFunc("POST /consent", s.consent)
	mux.HandleFunc("GET /logout", func(w http.ResponseWriter, r *http.Request) {
		s.write(w, http.StatusOK, ui.Logout{Action: "/logout", Hidden: s.hidden(w, r), Person: "Alice"})
	})
	mux.HandleFunc("POST /logout", s.logout)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *stub) write(w http.ResponseWriter, status int, page ui.Page) {
	if err := s.pages.Write(w, status, page, ui.Policy{FormAction: []string{ui.SchemeSource(s.redirectURI)}}); err != nil {
		s.t.Error(err)
	}
}

// browser returns the cookie of a browser, and gives it one.
func (s *stub) browser(w http.ResponseWriter, r *http.Request) string {
	if cookie, err := r.Cookie("browser"); err == nil {
		return cookie.Value
	}
	name := rand.Text()
	http.SetCookie(w, &http.Cookie{Name: "browser", Value: name, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return name
}

func (s *stub) hidden(w http.ResponseWriter, r *http.Request) []ui.Field {
	return []ui.Field{{Name: "state", Value: r.FormValue("state")}, {Name: "browser", Value: s.browser(w, r)}}
}

// refused shows a failure to a browser that did not get the form.
func (s *stub) refused(w http.ResponseWriter, r *http.Request) bool {
	if cookie, err := r.Cookie("browser"); err == nil && cookie.Value == r.FormValue("browser") {
		return false
	}
	s.write(w, http.StatusBadRequest, ui.Failure{Title: "This page is too old", Message: "Go back to the application and try again."})
	return true
}

func (s *stub) next(w http.ResponseWriter, r *http.Request) {
	hidden := s.hidden(w, r)
	browser := hidden[1].Value
	s.mu.Lock()
	signedIn, consented := s.signedIn[browser], s.consented[browser]
	s.mu.Unlock()
	switch {
	case !signedIn:
		s.write(w, http.StatusOK, ui.Login{Action: "/login", Hidden: hidden})
	case !consented:
		s.write(w, http.StatusOK, ui.Consent{Application: ui.Application{ID: "a.wiki"}, Action: "/consent", Hidden: hidden, Person: "Alice"})
	default:
		s.answer(w, r, url.Values{"code": {"c"}})
	}
}

func (s *stub) answer(w http.ResponseWriter, r *http.Request, values url.Values) {
	values.Set("state", r.FormValue("state"))
	http.Redirect(w, r, s.redirectURI+"?"+values.Encode(), http.StatusSeeOther)
}

func (s *stub) login(w http.ResponseWriter, r *http.Request) {
	if s.refused(w, r) {
		return
	}
	if r.FormValue("username") != "alice" || r.FormValue("password") != "right" {
		s.write(w, http.StatusUnauthorized, ui.Login{Action: "/login", Hidden: s.hidden(w, r), Username: r.FormValue("username"), Problem: "The username or the password is wrong."})
		return
	}
	s.set(s.signedIn, r, true)
	s.next(w, r)
}

func (s *stub) consent(w http.ResponseWriter, r *http.Request) {
	if s.refused(w, r) {
		return
	}
	if r.FormValue("decision") != "allow" {
		s.answer(w, r, url.Values{"error": {"access_denied"}})
		return
	}
	s.set(s.consented, r, true)
	s.next(w, r)
}

func (s *stub) logout(w http.ResponseWriter, r *http.Request) {
	if s.refused(w, r) {
		return
	}
	s.set(s.signedIn, r, r.FormValue("decision") != "allow")
	s.write(w, http.StatusOK, ui.SignedOut{})
}

func (s *stub) set(which map[string]bool, r *http.Request, value bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	which[r.FormValue("browser")] = value
}
