package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/grantor-dev/grantor/test/installation"
)

// application signs people in.
type application struct {
	*credential
	installation.App
}

// createApplication creates an OAuthClient that asks for consent once.
func (b *bench) createApplication(ctx context.Context, name string) (*application, error) {
	object := installation.Application("default", name)
	c, err := b.create(ctx, object)
	if err != nil {
		return nil, err
	}
	return &application{c, installation.App{Issuer: b.Issuer, ID: c.id, Secret: c.secret, Redirect: installation.Redirect, Object: object}}, nil
}

// visit is a person who has signed in, in a browser of their own, to an application,
// and a connection on which the application and the browser send their requests.
type visit struct {
	app  *application
	line *line
	// authorize asks for a code, silently because the person is signed in.
	authorize []byte
	verifier  string
}

// visits signs the person in as often as asked, and agrees for them.
func (b *bench) visits(ctx context.Context, app *application, n int, scope string) ([]*visit, func(), error) {
	address := addressOf(b.Servers[0])
	lines, hangUp, err := dialAll(ctx, address, n)
	if err != nil {
		return nil, nil, err
	}
	out := make([]*visit, n)
	for i := range out {
		if out[i], err = app.visit(ctx, address, scope); err != nil {
			hangUp()
			return nil, nil, err
		}
		out[i].line = lines[i]
	}
	return out, hangUp, nil
}

func (a *application) visit(ctx context.Context, address, scope string) (*visit, error) {
	person, err := newBrowser(a.Issuer)
	if err != nil {
		return nil, err
	}
	to, verifier := a.AuthorizationURL(url.Values{"scope": {scope}, "nonce": {"some-nonce"}})
	if err := person.through(ctx, to, "alice"); err != nil {
		return nil, err
	}
	return &visit{app: a, verifier: verifier, authorize: fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n",
		strings.TrimPrefix(to, a.Issuer), address, person.cookies())}, nil
}

// code gets a code.
func (v *visit) code() (string, error) {
	if err := v.line.askFor(http.StatusSeeOther, v.authorize); err != nil {
		return "", fmt.Errorf("ask for a code: %w", err)
	}
	to, err := url.Parse(string(v.line.location))
	if err != nil {
		return "", err
	}
	if code := to.Query().Get("code"); code != "" {
		return code, nil
	}
	return "", fmt.Errorf("ask for a code: sent to %s with error %q", to.Path, to.Query().Get("error"))
}

// redeem asks for the tokens of a code.
func (v *visit) redeem(code string) error {
	return v.ask("grant_type=authorization_code&code=" + code + "&redirect_uri=" + url.QueryEscape(v.app.Redirect) + "&code_verifier=" + v.verifier)
}

// flow is a complete code flow of a user who is signed in.
func (v *visit) flow() error {
	code, err := v.code()
	if err != nil {
		return err
	}
	return v.redeem(code)
}

// refresh asks for the next tokens of a family.
func (v *visit) refresh(token string) error {
	return v.ask("grant_type=refresh_token&refresh_token=" + token)
}

// ask sends a token request.
func (v *visit) ask(form string) error {
	return v.line.askFor(http.StatusOK, post(v.address(), "/token", v.app.credential, form).request)
}

// address is where the visit's requests go.
func (v *visit) address() string { return v.line.conn.RemoteAddr().String() }

// field returns a string of the last answer, which needs no unquoting: tokens have
// no special characters.
func (v *visit) field(name string) (string, error) {
	_, rest, ok := bytes.Cut(v.line.body, []byte(`"`+name+`":"`))
	if value, _, end := bytes.Cut(rest, []byte{'"'}); ok && end && len(value) > 0 {
		return string(value), nil
	}
	return "", errors.New("the answer has no " + name)
}
