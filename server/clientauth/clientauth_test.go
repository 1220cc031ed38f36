package clientauth

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients/clientstest"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys/keystest"
)

// newAuthenticator returns an Authenticator of the clients of clientstest.
func newAuthenticator(t testing.TB) *Authenticator {
	t.Helper()
	store := keystest.NewStore(t)
	return New(Options{Issuer: func() string { return clientstest.Issuer }, Clients: clientstest.NewRegistry(t, store), Keys: store, Now: time.Now})
}

func encoded(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

func request(authorization ...string) *http.Request {
	return &http.Request{Header: http.Header{"Authorization": authorization}}
}

func TestAuthenticate(t *testing.T) {
	a := newAuthenticator(t)
	good := encoded("team.basic", clientstest.Secret)
	for name, test := range map[string]struct {
		headers []string
		form    url.Values
		id      string
		code    string
	}{
		"Basic":                       {[]string{good}, nil, "team.basic", ""},
		"Basic and its client_id":     {[]string{good}, url.Values{"client_id": {"team.basic"}}, "team.basic", ""},
		"Basic, percent-encoded":      {[]string{encoded("team%2Ebasic", url.QueryEscape(clientstest.Secret))}, nil, "team.basic", ""},
		"post":                        {nil, url.Values{"client_id": {"team.post"}, "client_secret": {clientstest.Secret}}, "team.post", ""},
		"none":                        {nil, url.Values{"client_id": {"team.public"}}, "team.public", ""},
		"nothing":                     {nil, nil, "", httpx.CodeInvalidClient},
		"a wrong secret":              {[]string{encoded("team.basic", "x")}, nil, "", httpx.CodeInvalidClient},
		"an empty secret":             {[]string{encoded("team.basic", "")}, nil, "", httpx.CodeInvalidClient},
		"an unknown client":           {[]string{encoded("team.nobody", clientstest.Secret)}, nil, "", httpx.CodeInvalidClient},
		"the UID for an unknown":      {[]string{encoded(unknownUID, clientstest.Secret)}, nil, "", httpx.CodeInvalidClient},
		"Basic for post":              {[]string{encoded("team.post", clientstest.Secret)}, nil, "team.post", ""},
		"post for Basic":              {nil, url.Values{"client_id": {"team.basic"}, "client_secret": {clientstest.Secret}}, "team.basic", ""},
		"post for exactly Basic":      {nil, url.Values{"client_id": {"team.exact"}, "client_secret": {clientstest.Secret}}, "", httpx.CodeInvalidClient},
		"Basic for exactly Basic":     {[]string{encoded("team.exact", clientstest.Secret)}, nil, "team.exact", ""},
		"a wrong secret in the body":  {nil, url.Values{"client_id": {"team.basic"}, "client_secret": {"x"}}, "", httpx.CodeInvalidClient},
		"none for Basic":              {nil, url.Values{"client_id": {"team.basic"}}, "", httpx.CodeInvalidClient},
		"Basic for none":              {[]string{encoded("team.public", clientstest.Secret)}, nil, "", httpx.CodeInvalidClient},
		"a secret for none":           {nil, url.Values{"client_id": {"team.public"}, "client_secret": {"x"}}, "", httpx.CodeInvalidClient},
		"a secret alone":              {nil, url.Values{"client_secret": {clientstest.Secret}}, "", httpx.CodeInvalidClient},
		"Bearer":                      {[]string{"Bearer x"}, nil, "", httpx.CodeInvalidClient},
		"an assertion":                {nil, url.Values{"client_assertion": {"x"}, "client_id": {"team.public"}}, "", httpx.CodeInvalidClient},
		"two headers":                 {[]string{good, good}, nil, "", httpx.CodeInvalidRequest},
		"Basic and post":              {[]string{good}, url.Values{"client_secret": {clientstest.Secret}}, "", httpx.CodeInvalidRequest},
		"Basic and another client_id": {[]string{good}, url.Values{"client_id": {"team.other"}}, "", httpx.CodeInvalidRequest},
		"Basic and an assertion":      {[]string{good}, url.Values{"client_assertion_type": {"x"}}, "", httpx.CodeInvalidRequest},
		"post and an assertion":       {nil, url.Values{"client_id": {"team.post"}, "client_secret": {clientstest.Secret}, "client_assertion": {"x"}}, "", httpx.CodeInvalidRequest},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := a.Authenticate(request(test.headers...), test.form)
			if test.code == "" {
				if err != nil || client.GetID() != test.id {
					t.Errorf("got %v, %v", client, err)
				}
				return
			}
			if refusal, ok := errors.AsType[*httpx.Error](err); !ok || refusal.Code != test.code || client != nil {
				t.Errorf("got %v, %v", client, err)
			}
		})
	}
}

// What the audit log tells of a client that did not get in: the ID as it was claimed, and
// the cause.
func TestRejectionsAreRecorded(t *testing.T) {
	a := newAuthenticator(t)
	bearer := url.Values{"client_assertion_type": {jwtBearer}, "client_assertion": {"x"}, "client_id": {"team.basic"}}
	for name, test := range map[string]struct {
		headers []string
		form    url.Values
		claimed audit.ClientID
		cause   audit.Cause
	}{
		"a wrong secret":             {[]string{encoded("team.basic", "x")}, nil, "team.basic", audit.WrongSecret},
		"a wrong secret, posted":     {nil, url.Values{"client_id": {"team.basic"}, "client_secret": {"x"}}, "team.basic", audit.WrongSecret},
		"an unknown client":          {[]string{encoded("team.nobody", clientstest.Secret)}, nil, "team.nobody", audit.UnknownClient},
		"a secret for a client ID":   {[]string{encoded(credentials.Generate(), "x")}, nil, "", audit.UnknownClient},
		"the wrong way":              {nil, url.Values{"client_id": {"team.exact"}, "client_secret": {clientstest.Secret}}, "team.exact", audit.WrongMethod},
		"a secret of a public one":   {nil, url.Values{"client_id": {"team.public"}, "client_secret": {"x"}}, "team.public", audit.WrongMethod},
		"no secret":                  {nil, url.Values{"client_id": {"team.basic"}}, "team.basic", audit.NoCredentials},
		"nothing":                    {nil, nil, "", audit.NoCredentials},
		"an empty secret":            {[]string{encoded("team.basic", "")}, nil, "team.basic", audit.Malformed},
		"not Basic":                  {[]string{"Bearer x"}, url.Values{"client_id": {"team.basic"}}, "team.basic", audit.Malformed},
		"not an assertion":           {nil, bearer, "team.basic", audit.Malformed},
		"two ways":                   {[]string{encoded("team.basic", "x")}, url.Values{"client_id": {"team.basic"}, "client_secret": {"x"}}, "team.basic", audit.TwoMethods},
		"a client that is suspended": {[]string{encoded("team.suspended", clientstest.Secret)}, nil, "team.suspended", audit.SuspendedClient},
		"a client that is refused":   {[]string{encoded("team.refused", clientstest.Secret)}, nil, "team.refused", audit.RefusedClient},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, trail := audit.Begin(t.Context())
			if _, err := a.Authenticate(request(test.headers...).WithContext(ctx), test.form); err == nil {
				t.Fatal("the client got in")
			}
			if len(trail.Events) != 1 {
				t.Fatalf("recorded: %+v", trail.Events)
			}
			e := trail.Events[0]
			if e.Decision != audit.Authentication || e.Refused == "" || e.Claimed != test.claimed || e.Cause != test.cause || e.Client != nil {
				t.Errorf("recorded: %+v", e)
			}
		})
	}
}

// The secret of a client that does not exist is also compared. Allocations stand for
// the work, because they can be counted: a digest makes some.
func TestUnknownClientCostsAsMuchAsAWrongSecret(t *testing.T) {
	a := newAuthenticator(t)
	work := func(id string) float64 {
		r := request(encoded(id, "wrong"))
		return testing.AllocsPerRun(200, func() { _, _ = a.Authenticate(r, nil) })
	}
	known, unknown := work("team.basic"), work("team.nobod")
	if known < 5 || unknown < known-2 || unknown > known+4 {
		t.Errorf("a wrong secret allocates %.0f times, an unknown client %.0f times", known, unknown)
	}
}

// FuzzAuthenticate checks that a client that gets in has sent the secret of a client in one
// way, where only one is exact in that, and that every refusal has a code.
func FuzzAuthenticate(f *testing.F) {
	a := newAuthenticator(f)
	for _, authorization := range []string{
		"", "Basic", "Basic ", "Basic :", "Bearer x", encoded("team.basic", clientstest.Secret), encoded("team.basic", "x"), encoded("team.post", clientstest.Secret), encoded("team.exact", clientstest.Secret),
		encoded("%", "%zz"), encoded("\x00", "\xff"), "basic " + encoded("a", "b")[6:], encoded("team.public", ""), encoded("", ""),
	} {
		f.Add(authorization, "")
		f.Add(authorization, "client_id=team.basic&grant_type=client_credentials")
		f.Add(authorization, "client_id=team.post&client_secret="+clientstest.Secret)
		f.Add(authorization, "client_id=team.exact&client_secret="+clientstest.Secret)
		f.Add(authorization, "client_id=team.public")
		f.Add(authorization, "client_assertion=x&client_assertion_type=y")
	}
	f.Fuzz(func(t *testing.T, authorization, body string) {
		r := httptest.NewRequest(http.MethodPost, "/token", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if authorization != "" {
			r.Header["Authorization"] = []string{authorization}
		}
		if httpx.ParseForm(httptest.NewRecorder(), r) != nil {
			return
		}
		client, err := a.Authenticate(r, r.PostForm)
		if err != nil {
			refusal, ok := errors.AsType[*httpx.Error](err)
			if !ok || refusal.Status >= 500 || refusal.Code != httpx.CodeInvalidClient && refusal.Code != httpx.CodeInvalidRequest || client != nil {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		inHeader, inBody := authorization != "", r.PostForm.Get("client_secret") == clientstest.Secret
		switch client.GetID() {
		case "team.basic", "team.other", "team.post", "team.exact":
			if inHeader == inBody || inHeader && r.PostForm.Has("client_secret") || inBody && client.GetID() == "team.exact" {
				t.Fatalf("%s got in with %q and %q", client.GetID(), authorization, body)
			}
			_, sent, _ := r.BasicAuth()
			if decoded, err := url.QueryUnescape(sent); inHeader && sent != clientstest.Secret && (err != nil || decoded != clientstest.Secret) {
				t.Fatalf("%s got in with %q", client.GetID(), authorization)
			}
		case "team.public":
			if inHeader || r.PostForm.Has("client_secret") {
				t.Fatalf("public got in with %q and %q", authorization, body)
			}
		default:
			t.Fatalf("%s got in", client.GetID())
		}
	})
}

// FuzzBasic checks that decoding never fails in another way than by refusing.
func FuzzBasic(f *testing.F) {
	for _, header := range []string{"", "Basic", "Basic =", encoded("a", "b"), encoded("%41", "%42+"), encoded("a:b", "c"), encoded("%", ""), "BASIC " + encoded("a", "b")[6:]} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		sent, err := basic(header)
		if err != nil {
			if refusal, ok := errors.AsType[*httpx.Error](err); !ok || refusal.Status != http.StatusUnauthorized {
				t.Fatal(err)
			}
			if sent != (presented{}) {
				t.Fatalf("refused and yet %v", sent)
			}
			return
		}
		again, err := basic(encoded(url.QueryEscape(sent.id), url.QueryEscape(sent.secret)))
		if err != nil || again != sent {
			t.Fatalf("%q is %v, and encoded again %v, %v", header, sent, again, err)
		}
	})
}
