package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/grantor-dev/grantor/test/installation"
)

// browser keeps cookies and fills in the forms of sign-in and consent.
type browser struct {
	client *http.Client
	issuer *url.URL
}

func newBrowser(issuer string) (*browser, error) {
	to, err := url.Parse(issuer)
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &browser{issuer: to, client: &http.Client{
		Timeout: patient.Timeout, Jar: jar,
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if r.URL.Host != to.Host {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}}, nil
}

// cookies returns the Cookie header of the browser.
func (b *browser) cookies() string {
	var all []string
	for _, cookie := range b.client.Jar.Cookies(b.issuer) {
		all = append(all, cookie.Name+"="+cookie.Value)
	}
	return strings.Join(all, "; ")
}

// open sends a request: the form, or a GET where that is nil.
func (b *browser) open(ctx context.Context, to string, form url.Values) (*installation.View, error) {
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	request, err := http.NewRequestWithContext(ctx, method, to, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := b.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	p := &installation.View{Status: response.StatusCode, URL: response.Request.URL, Body: string(text), Forms: installation.Forms(string(text))}
	if p.Elsewhere, err = response.Location(); err != nil && !errors.Is(err, http.ErrNoLocation) {
		return nil, err
	}
	return p, nil
}

// submit sends a form of a page with more values.
func (b *browser) submit(ctx context.Context, from *installation.View, form installation.Form, more url.Values) (*installation.View, error) {
	to, err := from.URL.Parse(form.Action)
	if err != nil {
		return nil, err
	}
	values := maps.Clone(form.Values)
	maps.Copy(values, more)
	return b.open(ctx, to.String(), values)
}

// through opens an authorization request and does what is asked, until the
// application gets a code.
func (b *browser) through(ctx context.Context, to, username string) error {
	p, err := b.open(ctx, to, nil)
	if err != nil {
		return err
	}
	if form, ok := p.LoginForm(); ok {
		p, err = b.submit(ctx, p, form, url.Values{"username": {username}, "password": {username + "-password"}})
		if err != nil {
			return err
		}
	}
	if form, ok := p.DecisionForm(); ok {
		if p, err = b.submit(ctx, p, form, url.Values{"decision": {"allow"}}); err != nil {
			return err
		}
	}
	if p.Param("code") == "" {
		return fmt.Errorf("sign in: no code, but %d at %s", p.Status, p.URL.Path)
	}
	return nil
}
