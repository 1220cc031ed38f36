// Package main is an application that signs people in, as small as it can be and
// still right: it reads the Secret that the operator wrote and uses stock libraries.
// docs/guides/sign-in.md shows and explains it.
//
// It keeps no session: where it shows the claims, a real application would set a
// cookie of its own.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"html/template"
	"log"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

type app struct {
	oauth2.Config
	issuer, signOut string
	verifier        *oidc.IDTokenVerifier
}

func main() {
	dir := flag.String("secret", "/etc/oauth", "directory where the Secret is mounted")
	home := flag.String("url", "http://127.0.0.1:5556", "where browsers find this application")
	listen := flag.String("listen", "127.0.0.1:5556", "host:port to listen on")
	flag.Parse()
	a, err := newApp(context.Background(), *dir, *home)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { show(w, "", "") })
	http.HandleFunc("GET /login", a.login)
	http.HandleFunc("GET /callback", a.callback)
	log.Printf("open %s", *home)
	log.Fatal((&http.Server{Addr: *listen, ReadHeaderTimeout: 5 * time.Second}).ListenAndServe())
}

// newApp reads the Secret and asks the issuer for everything else.
func newApp(ctx context.Context, dir, home string) (*app, error) {
	secret := map[string]string{}
	for _, key := range []string{"issuer", "client_id", "client_secret"} {
		content, err := os.ReadFile(filepath.Join(dir, key))
		if err != nil {
			return nil, err
		}
		secret[key] = string(content)
	}
	provider, err := oidc.NewProvider(ctx, secret["issuer"])
	if err != nil {
		return nil, err
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, err
	}
	id, endpoint := secret["client_id"], provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader // client_secret_basic
	return &app{
		Config: oauth2.Config{
			ClientID: id, ClientSecret: secret["client_secret"], Endpoint: endpoint,
			RedirectURL: home + "/callback", Scopes: []string{"openid", "profile", "email", "groups"},
		},
		issuer:   secret["issuer"],
		signOut:  more.EndSession + "?" + url.Values{"client_id": {id}, "post_logout_redirect_uri": {home + "/"}}.Encode(),
		verifier: provider.Verifier(&oidc.Config{ClientID: id}),
	}, nil
}

// login sends the browser to the server. A cookie of this browser keeps what the
// answer must match.
func (a *app) login(w http.ResponseWriter, r *http.Request) {
	state, nonce, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	keep(w, strings.Join([]string{state, nonce, verifier}, "."), 600)
	http.Redirect(w, r, a.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), http.StatusSeeOther)
}

// callback gets the server's answer.
func (a *app) callback(w http.ResponseWriter, r *http.Request) {
	var kept []string
	if cookie, err := r.Cookie("signing-in"); err == nil {
		kept = strings.Split(cookie.Value, ".")
	}
	keep(w, "", -1)
	answer := r.URL.Query()
	if len(kept) != 3 || answer.Get("state") != kept[0] || answer.Get("iss") != a.issuer {
		http.Error(w, "This is no answer to what this browser asked for.", http.StatusBadRequest)
		return
	}
	if code := answer.Get("error"); code != "" {
		show(w, code+": "+answer.Get("error_description"), "")
		return
	}
	claims, err := a.redeem(r.Context(), answer.Get("code"), kept[1], kept[2])
	if err != nil {
		log.Print(err)
		http.Error(w, "Signing in failed; the log says why.", http.StatusBadGateway)
		return
	}
	show(w, claims, a.signOut)
}

// redeem turns a code into who signed in.
func (a *app) redeem(ctx context.Context, code, nonce, verifier string) (string, error) {
	token, err := a.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return "", err
	}
	raw, _ := token.Extra("id_token").(string)
	idToken, err := a.verifier.Verify(ctx, raw)
	if err != nil {
		return "", err
	}
	if idToken.Nonce != nonce {
		return "", errors.New("the ID token answers another request")
	}
	var claims json.RawMessage
	if err := idToken.Claims(&claims); err != nil {
		return "", err
	}
	var text bytes.Buffer
	err = json.Indent(&text, claims, "", "  ")
	return text.String(), err
}

func keep(w http.ResponseWriter, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // add Secure where the application has https
		Name: "signing-in", Value: value, MaxAge: seconds, Path: "/callback", HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

var page = template.Must(template.New("").Parse(`<!doctype html><title>Notes</title><pre>{{.Text}}</pre>
{{if .SignOut}}<a href="{{.SignOut}}">Sign out</a>{{else}}<a href="/login">Sign in</a>{{end}}`))

func show(w http.ResponseWriter, text, signOut string) {
	if err := page.Execute(w, map[string]string{"Text": text, "SignOut": signOut}); err != nil {
		log.Print(err)
	}
}
