package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/dpop/dpoptest"
	"github.com/grantor-dev/grantor/test/bench/bare"
)

// measureSigned puts token requests with a DPoP proof, and authorization requests that are
// pushed, beside the bare handler.
func (b *bench) measureSigned(ctx context.Context) error {
	service, err := b.createClient(ctx, "dpop", oauthv1alpha1.AccessTokenJWT)
	if err != nil {
		return err
	}
	app, err := b.createApplication(ctx, "par")
	if err != nil {
		return err
	}
	handler, err := b.startBare(ctx, bare.Config{Issuer: b.Issuer, Clients: map[string]bare.Client{
		service.id: {Secret: service.secret, UID: service.uid}, app.id: {Secret: app.secret, UID: app.uid},
	}})
	if err != nil {
		return err
	}
	defer func() { _ = handler.Kill() }()
	at, beside := addressOf(b.Servers[0]), addressOf(handler)
	if b.wanted("token.dpop.cpu", "token.dpop.rate") {
		sayf("token endpoint, with DPoP: %d connections", mainConnections)
		prove, err := b.proofs(service)
		if err != nil {
			return err
		}
		ours, baseline := side{program: b.Servers[0], target: prove(at)}, side{program: handler, target: prove(beside)}
		if err := b.measureInTurn(ctx, "token.dpop.cpu", "token.dpop.rate", ours, baseline); err != nil {
			return err
		}
	}
	if !b.wanted("par.cpu", "par.rate") {
		return nil
	}
	sayf("pushed requests: %d connections", mainConnections)
	ours, baseline := side{program: b.Servers[0], target: pushing(at, app)}, side{program: handler, target: pushing(beside, app)}
	return b.measureInTurn(ctx, "par.cpu", "par.rate", ours, baseline)
}

// proofs returns what makes targets that ask for tokens, each request with a proof of its own
// of the same key.
func (b *bench) proofs(c *credential) (func(address string) target, error) {
	key, err := dpoptest.Generate("ES256")
	if err != nil {
		return nil, err
	}
	return func(address string) target {
		t := tokenRequest(address, c)
		t.prepare = func(n int) [][]byte {
			requests := make([][]byte, n)
			for i := range requests {
				proof := key.Proof(http.MethodPost, b.Issuer+"/token", nil)
				requests[i] = fmt.Appendf(nil, "POST /token HTTP/1.1\r\nDPoP: %s\r\n%s", proof, t.request[len("POST /token HTTP/1.1\r\n"):])
			}
			return requests
		}
		return t
	}, nil
}

// pushing returns a target that pushes the authorization request of an application.
func pushing(address string, app *application) target {
	to, _ := app.AuthorizationURL(url.Values{"scope": {flowScope}, "nonce": {"some-nonce"}})
	_, parameters, _ := strings.Cut(to, "?")
	t := post(address, "/par", app.credential, parameters)
	t.status = http.StatusCreated
	return t
}
