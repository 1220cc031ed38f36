package object

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

const issuer = "https://auth.example.com"

var now = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

// signatures finds that everything was signed, or nothing.
type signatures struct {
	signed bool
	err    error
}

func (s signatures) Signed(context.Context, *clients.Client, *clientspec.Signing, *assertions.Assertion) (bool, error) {
	return s.signed, s.err
}

func reader(found signatures) *Reader {
	return &Reader{Issuer: func() string { return issuer }, Signatures: found, Now: func() time.Time { return now }}
}

func client() *clients.Client {
	return clients.New(clientspec.Client{ID: "team.app", UID: "uid", RequestObject: clientspec.Signing{Algorithms: publickeys.Algorithms()}})
}

// object returns a request object as its client would sign it, with changes; nil removes.
func object(change map[string]any) string {
	members := map[string]any{
		"iss": "team.app", "aud": issuer, "iat": now.Unix(), "exp": now.Unix() + 60, "jti": "j",
		"client_id": "team.app", "response_type": "code", "redirect_uri": "https://app.example/cb", "scope": "openid",
	}
	maps.Copy(members, change)
	for name, value := range change {
		if value == nil {
			delete(members, name)
		}
	}
	text, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	return jws(`{"alg":"ES256","typ":"oauth-authz-req+jwt"}`, string(text))
}

func jws(header, payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(header)) + "." + encode([]byte(payload)) + "." + encode([]byte("signature"))
}

func TestWhatIsInAnObjectIsAllThereIs(t *testing.T) {
	form := url.Values{
		"request": {object(nil)}, "client_id": {"team.app"}, "redirect_uri": {"https://evil.example/"}, "scope": {"write"}, "state": {"outside"},
		"prompt": {"none"}, "client_secret": {"s"},
	}
	got, signed, err := reader(signatures{signed: true}).Parameters(t.Context(), client(), form)
	want := url.Values{"client_id": {"team.app"}, "response_type": {"code"}, "redirect_uri": {"https://app.example/cb"}, "scope": {"openid"}}
	if err != nil || !signed || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %t, %v", got, signed, err)
	}
}

func TestRequestsWithoutAnObjectStayAsTheyAre(t *testing.T) {
	form := url.Values{"scope": {"openid"}, "request_uri": {"https://app.example/r"}}
	for name, c := range map[string]*clients.Client{"a client": client(), "no client": nil} {
		got, signed, err := reader(signatures{}).Parameters(t.Context(), c, form)
		if err != nil || signed || !reflect.DeepEqual(got, form) {
			t.Errorf("%s: got %v, %t, %v", name, got, signed, err)
		}
	}
}

func TestKindsOfValues(t *testing.T) {
	tests := map[string]struct {
		name, json string
		want       []string
	}{
		"a text":                          {"state", `"a b\u00e9"`, []string{"a b\u00e9"}},
		"a number":                        {"max_age", `3600`, []string{"3600"}},
		"a number with a space":           {"max_age", ` 3600 `, []string{"3600"}},
		"a number with a fraction of 0":   {"max_age", `3600.0`, []string{"3600"}},
		"a number with an exponent":       {"max_age", `3.6e3`, []string{"3600"}},
		"a number below zero":             {"max_age", `-1`, []string{"-1"}},
		"a number with a fraction":        {"max_age", `1.5`, []string{"1.5"}},
		"a number beyond exactness":       {"max_age", `9007199254740993`, []string{"9007199254740993"}},
		"a boolean":                       {"x", `true`, []string{"true"}},
		"an object":                       {"claims", `{"id_token":{"acr":null}}`, []string{`{"id_token":{"acr":null}}`}},
		"an object in a text":             {"claims", `"{}"`, []string{"{}"}},
		"null":                            {"state", `null`, nil},
		"nothing":                         {"state", `""`, nil},
		"resources":                       {"resource", `["https://a","https://b"]`, []string{"https://a", "https://b"}},
		"one resource":                    {"resource", `"https://a"`, []string{"https://a"}},
		"no resource":                     {"resource", `[]`, nil},
		"a list that is none of texts":    {"authorization_details", `[{"type":"x"}]`, []string{`[{"type":"x"}]`}},
		"a list where there is one value": {"scope", `["openid"]`, []string{`["openid"]`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			text := jws(`{"alg":"ES256"}`, `{"iss":"team.app","aud":["`+issuer+`"],"exp":1893553500,"nbf":1893553445,"`+test.name+`":`+test.json+`}`)
			got, _, err := reader(signatures{signed: true}).Parameters(t.Context(), client(), url.Values{"request": {text}})
			if err != nil || !reflect.DeepEqual(got[test.name], test.want) {
				t.Errorf("got %q, %v", got[test.name], err)
			}
		})
	}
}

func TestObjectsThatAreRefused(t *testing.T) {
	ok := signatures{signed: true}
	tests := map[string]struct {
		text  string
		found signatures
		says  string
	}{
		"not signed by the client":      {object(nil), signatures{}, "not signed with a key"},
		"no JWT":                        {"x", ok, "not a signed JWT"},
		"no signature":                  {jws(`{"alg":"none"}`, `{}`)[:20] + ".e30.", ok, "not a signed JWT"},
		"encrypted":                     {object(nil) + ".a.b", ok, "not a signed JWT"},
		"another type":                  {jws(`{"alg":"ES256","typ":"at+jwt"}`, `{}`), ok, "not a signed JWT"},
		"a client assertion by type":    {jws(`{"alg":"ES256","typ":"client-authentication+jwt"}`, `{}`), ok, "not a signed JWT"},
		"a member twice":                {jws(`{"alg":"ES256"}`, `{"scope":"a","scope":"b"}`), ok, "not a signed JWT"},
		"an extension that is critical": {jws(`{"alg":"ES256","crit":["b64"]}`, `{}`), ok, "not a signed JWT"},
		"too long":                      {object(map[string]any{"state": strings.Repeat("s", 16<<10)}), ok, "not a signed JWT"},
		"another issuer":                {object(map[string]any{"iss": "team.other"}), ok, "iss"},
		"no issuer":                     {object(map[string]any{"iss": nil}), ok, "iss"},
		"a client assertion":            {object(map[string]any{"sub": "team.app"}), ok, "sub"},
		"another audience":              {object(map[string]any{"aud": issuer + "/"}), ok, "aud"},
		"no audience":                   {object(map[string]any{"aud": nil}), ok, "aud"},
		"no end":                        {object(map[string]any{"exp": nil}), ok, "no exp"},
		"its end":                       {object(map[string]any{"exp": now.Unix()}), ok, "expired"},
		"a beginning that is to come":   {object(map[string]any{"nbf": now.Unix() + 61}), ok, "not valid yet"},
		"no beginning":                  {object(map[string]any{"iat": nil}), ok, "neither nbf nor iat"},
		"more than an hour":             {object(map[string]any{"exp": now.Unix() + 3601}), ok, "60 minutes"},
		"more than an hour since nbf":   {object(map[string]any{"nbf": now.Unix() - 3600}), ok, "60 minutes"},
		"another client":                {object(map[string]any{"client_id": "team.other"}), ok, "another client"},
		"a client that is a number":     {object(map[string]any{"client_id": 5}), ok, "another client"},
		"another object":                {object(map[string]any{"request": "x.y.z"}), ok, "another request"},
		"another object, or none":       {object(map[string]any{"request": ""}), ok, "another request"},
		"a request_uri":                 {object(map[string]any{"request_uri": "https://app.example/r"}), ok, "another request"},
		"audiences that are no texts":   {object(map[string]any{"audience": []any{"a", 1}}), ok, "something else than texts"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, signed, err := reader(test.found).Parameters(t.Context(), client(), url.Values{"request": {test.text}, "scope": {"openid"}})
			if httpx.CodeOf(err) != Code || !strings.Contains(err.Error(), test.says) || signed || got != nil {
				t.Errorf("got %v, %t, %v", got, signed, err)
			}
		})
	}
}

func TestAnObjectNextToARequestURI(t *testing.T) {
	_, _, err := reader(signatures{signed: true}).Parameters(t.Context(), client(), url.Values{"request": {object(nil)}, "request_uri": {"https://app.example/r"}})
	if httpx.CodeOf(err) != httpx.CodeInvalidRequest {
		t.Errorf("got %v", err)
	}
}

func TestObjectsThatLastAnHour(t *testing.T) {
	for name, change := range map[string]map[string]any{
		"since iat":               {"exp": now.Unix() + 3600},
		"since nbf":               {"iat": nil, "nbf": now.Unix() - 3540},
		"with a clock that is on": {"iat": now.Unix() + 60},
		"with another subject":    {"sub": "alice"},
		"with two audiences":      {"aud": []any{"https://other.example", issuer}},
		"without a client_id":     {"client_id": nil},
	} {
		if _, signed, err := reader(signatures{signed: true}).Parameters(t.Context(), client(), url.Values{"request": {object(change)}}); err != nil || !signed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A client without keys is told what it lacks, and keys that cannot be fetched are no fault
// of the object.
func TestKeysThatAreNotThere(t *testing.T) {
	form := url.Values{"request": {object(nil)}}
	_, _, err := reader(signatures{signed: true}).Parameters(t.Context(), clients.New(clientspec.Client{ID: "team.app"}), form)
	if httpx.CodeOf(err) != Code || !strings.Contains(err.Error(), "spec.requestObject") {
		t.Errorf("without keys: %v", err)
	}
	away := errors.New("no answer")
	if _, signed, err := reader(signatures{err: away}).Parameters(t.Context(), client(), form); !errors.Is(err, away) || signed {
		t.Errorf("with keys that cannot be fetched: %v", err)
	}
}

// FuzzParameters checks that no object makes it panic, and that what is accepted is for this
// client and contains no other request.
func FuzzParameters(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"iss":"team.app","aud":"https://auth.example.com","exp":1893553500,"nbf":1893553445,"max_age":1e2,"claims":{"a":[{}]},"resource":["a"],"x":null}`,
		`{"iss":"team.app","aud":["https://auth.example.com"],"exp":1893553500,"iat":1893553445,"client_id":"team.other","request":{}}`,
	} {
		f.Add(`{"alg":"ES256"}`, seed)
	}
	f.Fuzz(func(t *testing.T, header, payload string) {
		got, signed, err := reader(signatures{signed: true}).Parameters(t.Context(), client(), url.Values{"request": {jws(header, payload)}, "scope": {"outside"}})
		if err != nil {
			if httpx.CodeOf(err) != Code || signed {
				t.Errorf("refused with %v", err)
			}
			return
		}
		if id := got.Get("client_id"); !signed || id != "" && id != "team.app" || got.Has("request") || got.Has("request_uri") || got.Has("iss") {
			t.Errorf("read as %v", got)
		}
		for name, values := range got {
			if len(values) > 1 && !httpx.Repeatable(name) {
				t.Errorf("%s has the values %q", name, values)
			}
		}
	})
}
