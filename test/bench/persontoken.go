package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

// measurePersonTokens puts introspection and userinfo of a person's access token,
// which read the Grant from the API server, beside that read alone.
func (b *bench) measurePersonTokens(ctx context.Context) error {
	app, err := b.createApplication(ctx, "persontoken")
	if err != nil {
		return err
	}
	families, hangUp, err := b.families(ctx, app, mainConnections, flowScope)
	if err != nil {
		return err
	}
	defer hangUp()
	token, err := families[0].field("access_token")
	if err != nil {
		return err
	}
	r, err := b.newRaw(ctx, app)
	if err != nil {
		return err
	}
	address := addressOf(b.Servers[0])
	if err := families[0].active(token); err != nil {
		return err
	}
	for _, load := range []struct {
		name    string
		request []byte
	}{
		{"introspect.person.rate", post(address, "/introspect", app.credential, "token="+token).request},
		{"userinfo.rate", fmt.Appendf(nil, "GET /userinfo HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", address, token)},
	} {
		if !b.wanted(load.name) {
			continue
		}
		ours := func(worker int) error { return families[worker].line.askFor(http.StatusOK, load.request) }
		baseline := func(int) error { return r.get(ctx, "grants", r.grant.Name, &sessionv1alpha1.Grant{}) }
		rounds, requests := 7, 2000
		if b.quick {
			rounds, requests = 2, 300
		}
		sayf("%s: %d connections", load.name, mainConnections)
		m, err := b.compare(pair{ours, baseline}, mainConnections, rounds, requests)
		if err != nil {
			return err
		}
		b.add(byRounds(load.name, "requests/s", higher, m.ours.rate, m.baseline.rate))
	}
	return nil
}

// active makes sure that what is measured is the introspection of a token that works.
func (f *family) active(token string) error {
	ask := post(f.line.conn.RemoteAddr().String(), "/introspect", f.app.credential, "token="+token)
	if err := f.line.askFor(http.StatusOK, ask.request); err != nil {
		return err
	}
	if !bytes.Contains(f.line.body, []byte(`"active":true`)) {
		return errors.New("introspection calls a new access token inactive")
	}
	return nil
}
