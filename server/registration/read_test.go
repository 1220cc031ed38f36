package registration

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/httpx"
)

func TestRead(t *testing.T) {
	m, err := Read([]byte(`{"redirect_uris":["https://app.example/cb","http://127.0.0.1/cb","https://app.example/cb"],"client_name":" My  App ",
		"scope":"a b  a","grant_types":["authorization_code","refresh_token"],"unheard-of":{"x":[1]},"client_name#de":"App","jwks":{"keys":[]},"request_uris":["x"]}`))
	want := Metadata{
		Name: "My App", RedirectURIs: []string{"https://app.example/cb", "http://127.0.0.1/cb"}, Method: MethodBasic,
		GrantTypes: []string{"authorization_code", "refresh_token"}, ResponseTypes: []string{"code"}, Scopes: []string{"a", "b"}, JWKS: []byte(`{"keys":[]}`),
	}
	if err != nil || !reflect.DeepEqual(m, want) {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestDefects(t *testing.T) {
	for name, test := range map[string]struct{ text, code string }{
		"nothing":                    {"", httpx.CodeInvalidClientMetadata},
		"a list":                     {"[]", httpx.CodeInvalidClientMetadata},
		"a member twice":             {`{"client_name":"a","client_name":"b"}`, httpx.CodeInvalidClientMetadata},
		"too deep":                   {`{"x":[[[[[[[[1]]]]]]]]}`, httpx.CodeInvalidClientMetadata},
		"a name of another type":     {`{"client_name":1}`, httpx.CodeInvalidClientMetadata},
		"a name of two lines":        {`{"client_name":"a\nb"}`, httpx.CodeInvalidClientMetadata},
		"a name that turns":          {`{"client_name":"a\u202eb"}`, httpx.CodeInvalidClientMetadata},
		"a name that is blank":       {`{"client_name":"\u2800"}`, httpx.CodeInvalidClientMetadata},
		"a long name":                {`{"client_name":"` + strings.Repeat("n", 101) + `"}`, httpx.CodeInvalidClientMetadata},
		"a redirect URI":             {`{"redirect_uris":"https://app.example"}`, httpx.CodeInvalidRedirectURI},
		"a relative one":             {`{"redirect_uris":["/cb"]}`, httpx.CodeInvalidRedirectURI},
		"one with a fragment":        {`{"redirect_uris":["https://app.example/#x"]}`, httpx.CodeInvalidRedirectURI},
		"one in other letters":       {`{"redirect_uris":["https://аpp.example/"]}`, httpx.CodeInvalidRedirectURI},
		"a number":                   {`{"redirect_uris":[1]}`, httpx.CodeInvalidRedirectURI},
		"a long one":                 {`{"redirect_uris":["https://app.example/` + strings.Repeat("x", 2048) + `"]}`, httpx.CodeInvalidRedirectURI},
		"many":                       {`{"redirect_uris":[` + strings.Repeat(`"a:b",`, 32) + `"a:b"]}`, httpx.CodeInvalidRedirectURI},
		"a method of another type":   {`{"token_endpoint_auth_method":{}}`, httpx.CodeInvalidClientMetadata},
		"an empty method":            {`{"token_endpoint_auth_method":""}`, httpx.CodeInvalidClientMetadata},
		"grants of another type":     {`{"grant_types":"authorization_code"}`, httpx.CodeInvalidClientMetadata},
		"responses of another type":  {`{"response_types":null}`, httpx.CodeInvalidClientMetadata},
		"a scope that is none":       {`{"scope":"a\"b"}`, httpx.CodeInvalidClientMetadata},
		"a list of scopes":           {`{"scope":["a"]}`, httpx.CodeInvalidClientMetadata},
		"another kind":               {`{"application_type":"car"}`, httpx.CodeInvalidClientMetadata},
		"a page that is a script":    {`{"client_uri":"javascript:alert(1)"}`, httpx.CodeInvalidClientMetadata},
		"keys that are no object":    {`{"jwks":[]}`, httpx.CodeInvalidClientMetadata},
		"keys in two ways":           {`{"jwks":{},"jwks_uri":"https://app.example/"}`, httpx.CodeInvalidClientMetadata},
		"a flag that is a text":      {`{"dpop_bound_access_tokens":"true"}`, httpx.CodeInvalidClientMetadata},
		"a software statement":       {`{"software_statement":"x"}`, httpx.CodeUnapprovedSoftware},
		"a software of another type": {`{"software_id":[]}`, httpx.CodeInvalidClientMetadata},
	} {
		_, err := Read([]byte(test.text))
		refusal, ok := errors.AsType[*httpx.Error](err)
		if !ok || refusal.Code != test.code || refusal.Status != 400 || refusal.Description == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"redirect_uris":["https://app.example/cb"],"client_name":"App","scope":"a","jwks":{}}`)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Read([]byte(text))
		if err != nil && !reflect.DeepEqual(m, Metadata{}) {
			t.Error("something is read of what is refused")
		}
		if strings.ContainsAny(m.Name+fmt.Sprint(m.RedirectURIs), "\n\r\x00") {
			t.Errorf("%+v", m)
		}
	})
}
