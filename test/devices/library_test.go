package devices

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/nodejs"
)

// golang.org/x/oauth2 with its defaults. The replica at which the user allowed the device is
// killed before the device asks.
func TestGoLibrary(t *testing.T) {
	t.Parallel()
	g, app := shared.Grantor(t), newApp(t)
	c := oauth2.Config{
		ClientID: app.ID, Scopes: []string{"openid", "offline_access"},
		Endpoint: oauth2.Endpoint{DeviceAuthURL: g.Issuer + "/device_authorization", TokenURL: g.Issuer + "/token"},
	}
	begun, err := c.DeviceAuth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dying := g.StartReplica(t, devenv.ServerSettings{})
	at := dying.Options().URL
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer, at)
	v.SignIn(t, v.Get(t, begun.VerificationURIComplete), "bob", "bob-password")
	view := v.Get(t, strings.Replace(begun.VerificationURIComplete, g.Issuer, at, 1))
	if view = v.Decide(t, view, "allow"); view.Status != http.StatusOK {
		t.Fatalf("allowing answers %d %s", view.Status, view.Body)
	}
	if err := dying.Kill(); err != nil {
		t.Fatal(err)
	}
	token, err := c.DeviceAccessToken(t.Context(), begun)
	if err != nil {
		t.Fatal(err)
	}
	if !token.Valid() || token.RefreshToken == "" || token.Extra("id_token") == nil {
		t.Errorf("the token is not complete")
	}
}

// openid-client for Node.js with its defaults.
func TestNodeLibrary(t *testing.T) {
	t.Parallel()
	g, app := shared.Grantor(t), newApp(t)
	step := func(step string, begun, result any) {
		t.Helper()
		input, err := json.Marshal(map[string]any{"step": step, "issuer": g.Issuer, "id": app.ID, "begun": begun})
		if err != nil {
			t.Fatal(err)
		}
		output := nodejs.Run(t, nodejs.Installed(t, "test/integration/openid-client"), input, "node", "device.mjs")
		if err := json.Unmarshal(output, result); err != nil {
			t.Fatalf("%s answered %s: %v", step, output, err)
		}
	}
	var begun map[string]any
	step("begin", nil, &begun)
	link, _ := begun["verification_uri_complete"].(string)
	v := visitor(t)
	v.Decide(t, v.SignIn(t, v.Get(t, link), "bob", "bob-password"), "allow")
	var got struct {
		Claims    map[string]any
		Refreshed bool
	}
	step("finish", begun, &got)
	if got.Claims["preferred_username"] != "bob" || got.Claims["sid"] != nil || !got.Refreshed {
		t.Errorf("the library got %+v", got)
	}
}
