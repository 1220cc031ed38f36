package directories

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
)

// TestGuesses: ten thousand wrong passwords, from as many addresses and in all spellings of the
// name, reach the directory as often as the limit of an account allows. The owner gets in.
func TestGuesses(t *testing.T) {
	s := newScene(t, "guessed")
	owner := s.visitor(s.app)
	view, _ := s.form(t, s.app, owner, nil)
	if view = owner.SignIn(t, view, "ada", "ada-password"); view.Status != http.StatusOK {
		t.Fatalf("the owner is answered %d", view.Status)
	}
	const attempts, spellings = 10000, 8
	binds := func() int { return strings.Count(s.directory.Log(t), ` BIND dn="`+ada+`" method`) }
	before, began := binds(), time.Now()
	var pages []page
	for _, replica := range s.Servers {
		app := s.app
		app.Issuer = replica.Options().URL
		pages = append(pages, s.page(t, app))
	}
	var group sync.WaitGroup
	var next, refused atomic.Int64
	for range 8 {
		group.Go(func() {
			for n := next.Add(1); n <= attempts; n = next.Add(1) {
				p := pages[int(n)%len(pages)]
				password, address := fmt.Sprint("wrong", n), netip.AddrFrom4([4]byte{203, byte(n >> 16), byte(n >> 8), byte(n)})
				switch status := p.send(t, spelled("ada", int(n)%spellings), password, address).Status; status {
				case http.StatusTooManyRequests:
					refused.Add(1)
				case http.StatusForbidden, http.StatusServiceUnavailable:
				default:
					t.Errorf("a wrong password is answered %d", status)
				}
			}
		})
	}
	group.Wait()
	most := len(pages) * (60 + 1 + int(time.Since(began)/(5*time.Second)))
	if got := binds() - before; got > most || got < 60 {
		t.Errorf("%d wrong passwords reached the directory, not at most %d", got, most)
	}
	if refused.Load() < attempts/2 {
		t.Errorf("%d of %d were refused", refused.Load(), attempts)
	}
	to, _ := s.app.AuthorizationURL(url.Values{"prompt": {"login"}})
	again, ok := s.choose(t, owner, owner.Get(t, to))
	if !ok {
		t.Fatalf("no form for the owner: %d", again.Status)
	}
	if view = owner.SignIn(t, again, "ada", "ada-password"); view.Status != http.StatusOK {
		t.Errorf("the owner is answered %d in a known browser", view.Status)
	}
}

// page is the form of the directory, in a browser in which nobody has signed in.
type page struct {
	visitor *installation.Visitor
	form    installation.Form
	to      string
}

func (s *scene) page(t testing.TB, app installation.App) page {
	t.Helper()
	v := s.visitor(app)
	view, _ := s.form(t, app, v, nil)
	form, _ := view.LoginForm()
	to, err := view.URL.Parse(form.Action)
	if err != nil {
		t.Fatal(err)
	}
	return page{v, form, to.String()}
}

// send fills in the form, from an address.
func (p page) send(t testing.TB, username, password string, address netip.Addr) installation.View {
	t.Helper()
	values := url.Values{"username": {username}, "password": {password}}
	for name, list := range p.form.Values {
		if !values.Has(name) {
			values[name] = list
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.to, strings.NewReader(values.Encode()))
	if err != nil {
		t.Error(err)
		return installation.View{}
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("X-Forwarded-For", address.String())
	return p.visitor.Send(t, request)
}

// spelled returns one of the spellings of a name that a directory does not tell apart.
func spelled(name string, which int) string {
	out := []byte(name)
	for i := range out {
		if which>>i&1 == 1 {
			out[i] -= 'a' - 'A'
		}
	}
	return string(out)
}
