package objects

import (
	"errors"
	"reflect"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
)

const key = `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"a"}`

var here = oauthv1alpha1.ServerReference{Namespace: "grantor-system", Name: "default"}

func read(t testing.TB, body string) registration.Metadata {
	t.Helper()
	m, err := registration.Read([]byte(body))
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return m
}

// What a client is told of its registration is what it registered, so that it can send it back.
func TestMetadataComeBack(t *testing.T) {
	for _, body := range []string{
		`{"redirect_uris":["https://app.example/cb"]}`,
		`{"redirect_uris":["http://127.0.0.1/cb","com.example.app:/cb"],"token_endpoint_auth_method":"none","application_type":"native","grant_types":["authorization_code","refresh_token"]}`,
		`{"grant_types":["client_credentials"],"response_types":[],"scope":"read write","client_name":"Job","token_endpoint_auth_method":"client_secret_post"}`,
		`{"redirect_uris":["https://app.example/cb"],"post_logout_redirect_uris":["https://app.example/"],"client_uri":"https://app.example","logo_uri":"https://app.example/l",
			"policy_uri":"https://app.example/p","tos_uri":"https://app.example/t","token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[` + key + `]},
			"dpop_bound_access_tokens":true,"require_pushed_authorization_requests":true,"software_id":"tool"}`,
		`{"redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"private_key_jwt","jwks_uri":"https://app.example/keys"}`,
	} {
		m := read(t, body)
		c, err := clientOf(m, here)
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if c.Spec.Secret.Derived == nil || *c.Spec.ServerRef != here {
			t.Errorf("the OAuthClient is %+v", c.Spec)
		}
		back := metadataOf(&c.Spec, c.Software)
		m.Application = ""
		if m.JWKS != nil {
			m.JWKS, back.JWKS = nil, nil
		}
		if len(m.ResponseTypes) == 0 {
			m.ResponseTypes = nil
		}
		if !reflect.DeepEqual(back, m) {
			t.Errorf("%s\ncomes back as %+v\nand was %+v", body, back, m)
		}
	}
}

func TestWhatNoOAuthClientCanBe(t *testing.T) {
	for name, test := range map[string]struct{ body, code string }{
		"no redirect URI":          {`{}`, httpx.CodeInvalidRedirectURI},
		"one that is for nothing":  {`{"redirect_uris":["https://a.example/"],"grant_types":["client_credentials"]}`, httpx.CodeInvalidRedirectURI},
		"http":                     {`{"redirect_uris":["http://a.example/"]}`, httpx.CodeInvalidRedirectURI},
		"http at a name like ours": {`{"redirect_uris":["http://localhost.a.example/"]}`, httpx.CodeInvalidRedirectURI},
		"a script":                 {`{"redirect_uris":["javascript:alert(1)"]}`, httpx.CodeInvalidRedirectURI},
		"a scheme without a dot":   {`{"redirect_uris":["myapp:/cb"]}`, httpx.CodeInvalidRedirectURI},
		"user information":         {`{"redirect_uris":["https://a@a.example/"]}`, httpx.CodeInvalidRedirectURI},
		"a native one on https":    {`{"redirect_uris":["https://a.example/"],"application_type":"native"}`, httpx.CodeInvalidRedirectURI},
		"after signing out":        {`{"redirect_uris":["https://a.example/"],"post_logout_redirect_uris":["http://a.example/"]}`, httpx.CodeInvalidRedirectURI},
		"no grant":                 {`{"grant_types":[]}`, httpx.CodeInvalidClientMetadata},
		"an unknown grant":         {`{"grant_types":["password"]}`, httpx.CodeInvalidClientMetadata},
		"an unknown method":        {`{"redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"tls_client_auth"}`, httpx.CodeInvalidClientMetadata},
		"keys for a secret":        {`{"redirect_uris":["https://a.example/"],"jwks":{"keys":[` + key + `]}}`, httpx.CodeInvalidClientMetadata},
		"no keys":                  {`{"redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"private_key_jwt"}`, httpx.CodeInvalidClientMetadata},
		"keys that are none":       {`{"redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":"x"}}`, httpx.CodeInvalidClientMetadata},
		"a private key":            {`{"redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[{"kty":"OKP","crv":"Ed25519","x":"a","d":"b"}]}}`, httpx.CodeInvalidClientMetadata},
		"an unknown response":      {`{"redirect_uris":["https://a.example/"],"response_types":["token"]}`, httpx.CodeInvalidClientMetadata},
	} {
		_, err := clientOf(read(t, test.body), here)
		refusal, ok := errors.AsType[*httpx.Error](err)
		if !ok || refusal.Code != test.code || refusal.Description == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
