package owncloud

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/identity"
)

// known are clients by their IDs.
type known map[string]*clients.Client

// Client implements compat.Clients.
func (k known) Client(id string) (*clients.Client, error) { return k[id], nil }

// visits says that a user is signed in, and counts how often it was asked.
type visits struct {
	username string
	err      error
	asked    int
}

// Visit implements compat.Visits.
func (v *visits) Visit(*http.Request) (*flow.Visit, error) {
	v.asked++
	visit := &flow.Visit{}
	if v.username != "" {
		visit.Person = &identity.Person{Username: v.username}
	}
	return visit, v.err
}

func TestAUserIsAskedForByName(t *testing.T) {
	for query, want := range map[string]string{
		"user=alice":                      "login_hint=alice",
		"user=bob":                        "login_hint=bob&prompt=login",
		"user=bob&prompt=consent":         "login_hint=bob&prompt=consent+login",
		"user=bob&login_hint=carol":       "login_hint=carol&prompt=login",
		"user=bob&prompt=login":           "login_hint=bob&prompt=login",
		"user=bob&prompt=none":            "prompt=none",
		"user=alice&prompt=none":          "prompt=none",
		"user=bob&prompt=none&max_age=60": "max_age=60&prompt=none",
		"user=bob&request_uri=urn:x":      "request_uri=urn%3Ax",
		"user=":                           "",
	} {
		v := &visits{username: "alice"}
		s := &compat.Server{Visits: v, Clients: known{}}
		r := httptest.NewRequest(http.MethodGet, "/x?client_id=c&redirect_uri=https://a.example&"+query, http.NoBody)
		changed, err := ask(s, httptest.NewRecorder(), r)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		got := changed.URL.Query()
		got.Del("client_id")
		got.Del("redirect_uri")
		if got.Encode() != want {
			t.Errorf("%s becomes %s", query, got.Encode())
		}
	}
}

// Whatever name is sent with prompt=none, the request is the same, and nothing is read.
func TestAClientDoesNotLearnWhoIsSignedIn(t *testing.T) {
	v := &visits{username: "alice", err: errors.New("down")}
	for _, user := range []string{"alice", "bob", "\u0430lice"} {
		form := url.Values{"prompt": {"none"}}
		if err := hint(v, httptest.NewRequest(http.MethodGet, "/x", http.NoBody), form, user); err != nil || v.asked > 0 || form.Encode() != "prompt=none" {
			t.Errorf("%s: %v, %v", user, form, err)
		}
	}
}
