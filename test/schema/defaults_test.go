package schema

import (
	"maps"
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"
)

const keyDefaults = `{clientID: client_id, clientSecret: client_secret, issuer: issuer, authorizationEndpoint: authorization_endpoint,
      tokenEndpoint: token_endpoint, userinfoEndpoint: userinfo_endpoint, endSessionEndpoint: end_session_endpoint,
      introspectionEndpoint: introspection_endpoint, revocationEndpoint: revocation_endpoint, jwksURI: jwks_uri, pushedAuthorizationRequestEndpoint: pushed_authorization_request_endpoint, deviceAuthorizationEndpoint: device_authorization_endpoint,
      internalTokenEndpoint: internal_token_endpoint, internalIntrospectionEndpoint: internal_introspection_endpoint, internalJWKSURI: internal_jwks_uri, caCertificate: ca.crt}`

const tokenDefaults = `{accessToken: {format: JWT, lifetime: 15m}, refreshToken: {lifetime: 720h, idleLifetime: 168h, gracePeriod: 10s},
    idToken: {lifetime: 5m, algorithm: RS256, claims: Granted}, authorizationCode: {lifetime: 60s}}`

const unseen = "\nstatus: {observedGeneration: -1}"

func TestDefaults(t *testing.T) {
	tests := map[string]struct{ kind, given, becomes string }{
		"a client with a redirect URI only": {
			"OAuthClient", "spec: {redirectURIs: [https://app.example/]}", `
spec:
  redirectURIs: [https://app.example/]
  grantTypes: [authorization_code, refresh_token]
  pkce: Auto
  pushedAuthorization: Optional
  signedRequests: Optional
  consent: Remember
  subjectType: public
  authentication: {method: client_secret_basic}` + unseen},
		"a client with empty objects": {
			"OAuthClient", "spec: {grantTypes: [client_credentials], authentication: {}, secret: {rotation: {}}, access: {}, tokens: {accessToken: {}, refreshToken: {}, idToken: {}, authorizationCode: {}}}", `
spec:
  grantTypes: [client_credentials]
  pkce: Auto
  pushedAuthorization: Optional
  signedRequests: Optional
  consent: Remember
  subjectType: public
  authentication: {method: client_secret_basic}
  secret:
    keys: ` + keyDefaults + `
    deletionPolicy: Delete
    rotation: {overlap: 1h}
  access: {}
  tokens: {accessToken: {}, refreshToken: {}, idToken: {}, authorizationCode: {}}` + unseen},
		"a client with one renamed key": {
			"OAuthClient", "spec: {grantTypes: [client_credentials], secret: {keys: {clientID: ID}}}", `
spec:
  grantTypes: [client_credentials]
  pkce: Auto
  pushedAuthorization: Optional
  signedRequests: Optional
  consent: Remember
  subjectType: public
  authentication: {method: client_secret_basic}
  secret:
    keys: ` + strings.Replace(keyDefaults, ": client_id", ": ID", 1) + `
    deletionPolicy: Delete` + unseen},
		"a client with nulls": {
			"OAuthClient", "spec: {grantTypes: null, pkce: null, consent: null, redirectURIs: [https://app.example/], authentication: null, secret: {keys: null, deletionPolicy: null}}", `
spec:
  redirectURIs: [https://app.example/]
  grantTypes: [authorization_code, refresh_token]
  pkce: Auto
  pushedAuthorization: Optional
  signedRequests: Optional
  consent: Remember
  subjectType: public
  authentication: {method: client_secret_basic}
  secret:
    keys: ` + keyDefaults + `
    deletionPolicy: Delete` + unseen},
		"a server with an issuer only": {
			"OAuthServer", "spec: {issuer: https://id.example}", `
spec:
  issuer: https://id.example
  clientNamespaces: {from: Same}
  tokens: ` + tokenDefaults + `
  login: {sessionLifetime: 12h, pageLifetime: 30m}
  keys: {algorithm: ES256, rotationInterval: 720h}
  sessions: {maxGrants: 100000, maxGrantsPerClient: 50000, maxGrantsPerUser: 50, maxLoginsPerUser: 20}
  logLevel: info` + unseen},
		"a server with empty objects": {
			"OAuthServer", "spec: {issuer: https://id.example, clientNamespaces: {}, tokens: {}, login: {}, keys: {}, sessions: {}}", `
spec:
  issuer: https://id.example
  clientNamespaces: {from: Same}
  tokens: ` + tokenDefaults + `
  login: {}
  keys: {algorithm: ES256}
  sessions: {maxGrants: 100000, maxGrantsPerClient: 50000, maxGrantsPerUser: 50, maxLoginsPerUser: 20}
  logLevel: info` + unseen},
		"a server that is deployed": {
			"OAuthServer", "spec: {issuer: https://id.example, deployment: {}}", `
spec:
  issuer: https://id.example
  clientNamespaces: {from: Same}
  tokens: ` + tokenDefaults + `
  login: {sessionLifetime: 12h, pageLifetime: 30m}
  keys: {algorithm: ES256, rotationInterval: 720h}
  sessions: {maxGrants: 100000, maxGrantsPerClient: 50000, maxGrantsPerUser: 50, maxLoginsPerUser: 20}
  logLevel: info
  deployment: {replicas: 2}` + unseen},
		"a server with empty settings": {
			"OAuthServer", "spec: {issuer: https://id.example, http: {}, outbound: {}, telemetry: {traces: {endpoint: http://c}}, logLevel: null, deployment: {}, tls: {secretName: a}, clientCertificates: {host: b}}", `
spec:
  issuer: https://id.example
  clientNamespaces: {from: Same}
  tokens: ` + tokenDefaults + `
  login: {sessionLifetime: 12h, pageLifetime: 30m}
  keys: {algorithm: ES256, rotationInterval: 720h}
  sessions: {maxGrants: 100000, maxGrantsPerClient: 50000, maxGrantsPerUser: 50, maxLoginsPerUser: 20}
  logLevel: info
  http: {}
  outbound: {}
  telemetry: {traces: {endpoint: http://c, samplingRatio: "1"}}
  deployment: {replicas: 2}
  tls: {secretName: a}
  clientCertificates: {host: b}` + unseen},
		"a server with one lifetime": {
			"OAuthServer", "spec: {issuer: https://id.example, tokens: {refreshToken: {lifetime: 24h}}}", `
spec:
  issuer: https://id.example
  clientNamespaces: {from: Same}
  tokens: ` + strings.Replace(tokenDefaults, "{lifetime: 720h, idleLifetime: 168h, gracePeriod: 10s}", "{lifetime: 24h}", 1) + `
  login: {sessionLifetime: 12h, pageLifetime: 30m}
  keys: {algorithm: ES256, rotationInterval: 720h}
  sessions: {maxGrants: 100000, maxGrantsPerClient: 50000, maxGrantsPerUser: 50, maxLoginsPerUser: 20}
  logLevel: info` + unseen},
		"a user with a name only": {"OAuthUser", "spec: {username: alice}", "spec: {username: alice, emailVerified: true}" + unseen},
		"a user with a Secret": {
			"OAuthUser", "spec: {username: alice, emailVerified: false, passwordSecretRef: {name: alice}}",
			"spec: {username: alice, emailVerified: false, passwordSecretRef: {name: alice, key: password-hash}}" + unseen},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := manifest(t, test.kind, nil)
			delete(object.Object, "spec")
			delete(object.Object, "status")
			overlay(t, object, test.given)
			made, err := try(t, object)
			if err != nil {
				t.Fatal(err)
			}
			wanted := &unstructured.Unstructured{Object: map[string]any{}}
			overlay(t, wanted, test.becomes)
			got := map[string]any{"spec": made.Object["spec"], "status": made.Object["status"]}
			if !reflect.DeepEqual(wanted.Object, got) {
				t.Errorf("wanted:\n%s\ngot:\n%s", pretty(wanted.Object), pretty(got))
			}
		})
	}
}

func TestAnEmptySpecSaysWhatIsMissing(t *testing.T) {
	_, err := try(t, manifest(t, "OAuthClient", fields{"spec": map[string]any{}, "status": nil}))
	example{at: "spec", rule: needsRedirects, refused: true}.judge(t, err)
	_, err = try(t, manifest(t, "OAuthServer", fields{"spec": map[string]any{}, "status": nil}))
	example{at: "spec.issuer", rule: "required", refused: true}.judge(t, err)
}

func pretty(object map[string]any) []byte {
	text, _ := yaml.Marshal(object)
	return text
}

// overlay sets what text says at the top of the object.
func overlay(t *testing.T, object *unstructured.Unstructured, text string) {
	t.Helper()
	content := map[string]any{}
	raw, err := yaml.YAMLToJSON([]byte(text))
	if err == nil {
		err = utiljson.Unmarshal(raw, &content)
	}
	if err != nil {
		t.Fatalf("read %q: %v", text, err)
	}
	maps.Copy(object.Object, content)
}
