package schema

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// full are manifests in which every field has a value, so that an example is one
// change.
var full = map[string]string{
	"OAuthClient": `
apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthClient
metadata: {name: app}
spec:
  serverRef: {name: default, namespace: grantor-system}
  clientID: team.app
  displayName: The App
  clientURI: https://app.example
  startPage: Show
  logoURI: https://app.example/logo.png
  policyURI: https://app.example/policy
  tosURI: https://app.example/terms
  contacts: [team@app.example]
  grantTypes: [authorization_code, refresh_token]
  redirectURIs: [https://app.example/callback]
  redirectURIsFrom: [{kind: Ingress, name: app, path: /callback, postLogoutPath: /bye}]
  postLogoutRedirectURIs: [https://app.example/bye]
  allowedOrigins: [https://app.example]
  pkce: Required
  pushedAuthorization: Required
  signedRequests: Optional
  consent: Remember
  access: {groups: [staff], users: [ada]}
  login: {providers: [corp], minimumAssurance: SecondFactor}
  claims: [{name: username, from: preferred_username}]
  scopes: [openid]
  audiences: [team.api]
  authentication: {method: client_secret_basic}
  secret:
    name: app-credentials
    keys: {clientID: ID, clientSecret: SECRET, issuer: ISSUER, authorizationEndpoint: AUTHORIZE, tokenEndpoint: TOKEN, userinfoEndpoint: USERINFO,
      endSessionEndpoint: END_SESSION, introspectionEndpoint: INTROSPECT, revocationEndpoint: REVOKE, jwksURI: JWKS, pushedAuthorizationRequestEndpoint: PAR, deviceAuthorizationEndpoint: DEVICE,
      internalTokenEndpoint: INTERNAL_TOKEN, internalIntrospectionEndpoint: INTERNAL_INTROSPECT, internalJWKSURI: INTERNAL_JWKS, caCertificate: CA}
    deletionPolicy: Retain
    rotation: {interval: 720h, overlap: 0s, requestedAt: "2026-01-02T03:04:05Z"}
    template: {type: example.com/oauth, metadata: {labels: {team: a}, annotations: {note: b}}, data: {URL: "{{ .issuer }}"}}
  tokens:
    accessToken: {format: JWT, lifetime: 15m, binding: DPoP}
    refreshToken: {lifetime: 720h, idleLifetime: 168h, retry: UntilUsed}
    idToken: {lifetime: 5m, algorithm: ES256, claims: Requested}
    authorizationCode: {lifetime: 60s}
  subjectType: public
  logout: {backchannelURI: "https://app.example/backchannel"}
  suspend: false
  sessionsNotBefore: "2026-01-02T03:04:05Z"
status:
  observedGeneration: 1
  clientID: team.app
  issuer: https://id.example
  serverRef: {name: default, namespace: grantor-system}
  secretName: app-credentials
  redirectURIs: [https://app.example/callback]
  postLogoutRedirectURIs: [https://app.example/bye]
  redirectURIsSeal: seal
  credentials: [{digest: d, createdAt: "2026-01-02T03:04:05Z", expiresAt: "2026-01-02T03:04:05Z", rotationRequestedAt: "2026-01-02T03:04:05Z"}]
  nextRotation: "2026-02-01T03:04:05Z"
  binding: {name: app-credentials}
  conditions: [{type: Ready, status: "True", reason: Ready, message: "", lastTransitionTime: "2026-01-02T03:04:05Z"}]
`,
	"OAuthClientPolicy": `
apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthClientPolicy
metadata: {name: policy}
spec:
  serverName: default
  namespaceSelector: {matchLabels: {team: a}, matchExpressions: [{key: stage, operator: In, values: [test]}]}
  redirectHosts: ["*.{namespace}.apps.example"]
  redirectSchemes: [oc]
  clientIDs: ["{namespace}.*"]
  scopes: [openid]
  grantTypes: [authorization_code]
  authenticationMethods: [client_secret_basic]
  federatedIssuers: ["{namespace}.*"]
  audiences: ["{namespace}.*"]
  resourceHosts: ["*.{namespace}.apps.example"]
  startPageHosts: ["*.{namespace}.apps.example"]
  consent: [Remember]
  tokenExchangeActors: [Required]
  tokenExchange: [BeyondConsent]
  maximum: {accessTokenLifetime: 15m, refreshTokenLifetime: 720h, idTokenLifetime: 5m, clientsPerNamespace: 10}
  require: {pkce: true, exactMethod: true, signedRequests: true, binding: DPoP, profile: FAPI2, minimumAssurance: SecondFactor}
status:
  observedGeneration: 1
  clients: 2
  refused: 1
  conditions: [{type: Ready, status: "True", reason: Ready, message: "", lastTransitionTime: "2026-01-02T03:04:05Z"}]
`,
	"OAuthIdentityProvider": `
apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthIdentityProvider
metadata: {name: corp}
spec:
  serverName: default
  displayName: Example Corp
  disabled: false
  oidc:
    issuer: https://login.corp.example
    clientID: grantor
    clientSecretRef: {name: corp, key: secret}
    clientAuthentication: client_secret_post
    scopes: [profile, groups]
    parameters: {hd: corp.example}
    userInfo: Auto
  claims: {username: upn, emailVerified: Trust, groups: {from: groups, prefix: "corp:", allow: ["team-*"]}}
  usernames: Prefixed
  admit: {groups: [staff], emailDomains: [corp.example], users: ["1"]}
  recheck: {interval: 1h, tolerate: 24h}
  secondFactor: {amr: [mfa], acr: [phr]}
status:
  observedGeneration: 1
  type: oidc
  redirectURI: https://id.example/login/callback/corp
  conditions: [{type: Ready, status: "True", reason: Ready, message: "", lastTransitionTime: "2026-01-02T03:04:05Z"}]
`,
	"OAuthResource": `
apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthResource
metadata: {name: tickets}
spec:
  serverRef: {name: default, namespace: grantor-system}
  identifier: https://mcp.example.com/tickets
  displayName: Tickets
  scopes: [{name: tickets.read, description: Read tickets}]
  access: {groups: [support], users: [ada]}
  clients: {namespaces: {from: Selector, selector: {matchLabels: {team: a}}}, metadataDocuments: Deny, registered: Deny, workloads: Deny}
  tokens: {lifetime: 10m, binding: IfProved}
  discovery: Listed
  introspectors: [team.api]
status:
  observedGeneration: 1
  issuer: https://id.example
  metadataURL: https://id.example/resources/team/tickets
  challenge: Bearer
  conditions: [{type: Ready, status: "True", reason: Ready, message: "", lastTransitionTime: "2026-01-02T03:04:05Z"}]
`,
	"OAuthToken": `
apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthToken
metadata: {name: crm}
spec:
  provider: {custom: {authorizationEndpoint: "https://id.example/authorize", tokenEndpoint: "https://id.example/token"}}
  clientID: reports
  clientSecretRef: {name: crm-app, key: secret}
  clientAuthentication: client_secret_basic
  grant: authorization_code
  scopes: [read]
  pkce: Required
  prompt: consent
  parameters: {access_type: offline}
  tokenParameters: {audience: crm}
  authorizedBy: {users: [ada], groups: [crm-admins]}
  serverRef: {name: default, namespace: grantor-system}
  secret:
    name: crm-token
    keys: {accessToken: TOKEN, tokenType: TYPE, expiresAt: END, scope: SCOPE}
    template: {type: example.com/oauth, metadata: {labels: {team: a}, annotations: {note: b}}, data: {HEADER: "Bearer {{ .accessToken }}"}}
  onExpiry: Remove
status:
  observedGeneration: 1
  provider: {host: id.example, issuer: "https://id.example", clientID: reports, authorizationEndpoint: "https://id.example/authorize", issParameter: true}
  server: {namespace: grantor-system, name: default, redirectURI: "https://auth.example/connect/team/crm/callback"}
  authorizeURL: https://auth.example/connect/team/crm
  authorizedBy: ada
  authorizedAt: "2026-01-02T03:04:05Z"
  secretName: crm-token
  scopes: [read]
  expiresAt: "2026-01-02T03:04:05Z"
  refreshedAt: "2026-01-02T03:04:05Z"
  nextRefresh: "2026-01-02T03:04:05Z"
  conditions: [{type: Ready, status: "True", reason: Ready, message: "", lastTransitionTime: "2026-01-02T03:04:05Z"}]
`,
	"OAuthServer": `
apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthServer
metadata: {name: default}
spec:
  issuer: https://id.example
  default: false
  clientNamespaces: {from: Selector, selector: {matchLabels: {team: a}}}
  scopes: [{name: openid, description: Sign you in, restricted: false}]
  audiences: [{name: api, displayName: The API, restricted: false}]
  trustedIssuers:
  - {name: east, issuer: "https://kubernetes.default.svc", jwksURI: "https://oidc.east.example/keys", ownerClaims: [owner_id],
    namespaces: {from: Selector, selector: {matchLabels: {team: a}}}}
  tokens:
    accessToken: {format: JWT, lifetime: 15m, binding: IfProved}
    refreshToken: {lifetime: 720h, idleLifetime: 168h, gracePeriod: 10s, retry: GracePeriod}
    idToken: {lifetime: 5m, algorithm: RS256, claims: Granted}
    authorizationCode: {lifetime: 60s}
  login: {sessionLifetime: 12h, pageLifetime: 30m, local: Allow, providers: [corp], autoRedirect: false, secondFactor: Offer,
    appearance: {name: Example, logo: "data:image/png;base64,iVBORw0KGgo=", color: "#0b57d0", sentence: Hello, helpURI: "https://help.example", privacyURI: "https://privacy.example",
      translations: [{language: de, name: Beispiel, sentence: Hallo, helpURI: "https://hilfe.example", privacyURI: "https://datenschutz.example"}]}}
  keys: {algorithm: ES256, rotationInterval: 720h, rootRotationInterval: 8760h, requestedAt: "2026-01-02T03:04:05Z", revoked: [k0]}
  sessions: {maxGrants: 1000, maxGrantsPerClient: 100, maxGrantsPerUser: 10, maxLogins: 1000, maxLoginsPerUser: 5, maxMarks: 1000, kubeconfigRef: {name: sessions}}
  clientSecrets: {minRotationInterval: 24h}
  clientMetadataDocuments: {hosts: [editor.example], others: Deny, scopes: [openid], audiences: [api], maxDocuments: 1000}
  registration:
    namespaces: [{name: apps, tokens: {clients: [ci.registrar]}, serviceAccounts: Own}]
    anonymous: {mode: Sealed, redirectHosts: [localhost], scopes: [openid], audiences: [api], lifetime: 720h, notBefore: "2026-01-02T03:04:05Z"}
    limits: {perNamespace: 50}
  http: {trustedProxies: [192.0.2.7], dpopNonce: Offer}
  outbound: {networks: [10.96.0.0/12], caRef: {name: company-ca}}
  logLevel: warn
  telemetry: {traces: {endpoint: "http://collector:4318", samplingRatio: "0.1"}}
  deployment:
    replicas: 3
    image: registry.example.com/grantor:v1
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 512Mi}}
    patches: [{target: {group: apps, version: v1, kind: Deployment, name: default-oauth}, patch: "spec: {minReadySeconds: 5}"}]
  tls: {secretName: auth-tls}
  clientCertificates: {host: mtls.example, caRef: {name: clients-ca}, header: {name: Client-Cert, format: RFC9440}}
  exposure: {ingress: {className: nginx, host: id.example, tlsSecretName: edge-tls}}
status:
  observedGeneration: 1
  endpoints: {discovery: a, authorization: b, token: c, introspection: d, revocation: e, userinfo: f, endSession: g, jwks: h, deviceAuthorization: i}
  keys: [{id: k1, use: signing, createdAt: "2026-01-02T03:04:05Z", activeFrom: "2026-01-02T03:04:05Z", retireAt: "2026-02-02T03:04:05Z", longestLifetime: 24h0m0s}]
  nextKeyRotation: "2026-02-02T03:04:05Z"
  sessions: {grants: 4, logins: 3, consents: 2, marks: 1, countedAt: "2026-01-02T03:04:05Z", fullClients: [{uid: u, clientID: team.app, grants: 4}], formerProviders: [{name: corp, since: "2026-01-02T03:04:05Z"}]}
  replicas: {desired: 3, ready: 2}
  internal: {token: a, introspection: b, jwks: c}
  inventory: [{group: apps, kind: Deployment, name: default-oauth}]
  conditions: [{type: Ready, status: "True", reason: Ready, message: "", lastTransitionTime: "2026-01-02T03:04:05Z"}]
`,
	"Grant": `
apiVersion: session.grantor.dev/v1alpha1
kind: Grant
metadata: {name: grant}
spec:
  subject: local:ada
  client: team.app
  clientUID: 0a1b2c3d-0000-4000-8000-000000000001
  scope: openid
  login: login
  generation: 1
  state: Active
  issuedAt: "2026-01-02T03:04:05Z"
  expiresAt: "2026-01-02T03:04:05Z"
  payload: sealed
`,
	"Login": `
apiVersion: session.grantor.dev/v1alpha1
kind: Login
metadata: {name: login}
spec: {subject: local:ada, userUID: 0a1b2c3d-0000-4000-8000-000000000002, state: Active, expiresAt: "2026-01-02T03:04:05Z", payload: sealed}
`,
	"Consent": `
apiVersion: session.grantor.dev/v1alpha1
kind: Consent
metadata: {name: consent}
spec:
  subject: local:ada
  client: team.app
  clientUID: 0a1b2c3d-0000-4000-8000-000000000001
  scope: openid
  audiences: [api]
  offline: true
  state: Granted
  expiresAt: "2026-01-02T03:04:05Z"
  payload: sealed
`,
	"Approval": `
apiVersion: session.grantor.dev/v1alpha1
kind: Approval
metadata: {name: approval}
spec:
  subject: local:ada
  client: team.app
  clientUID: 0a1b2c3d-0000-4000-8000-000000000001
  grant: 00112233445566778899aabbccddeeff
  state: Asked
  expiresAt: "2026-01-02T03:04:05Z"
  payload: sealed
`,
	"Registration": `
apiVersion: session.grantor.dev/v1alpha1
kind: Registration
metadata: {name: registration}
spec:
  server: default
  namespace: apps
  client: reg-aaaaaaaa
  registrant: ci.registrar
  generation: 1
  state: Registered
  payload: "{}"
  seal: v1.p1.sealed
`,
	"Connection": `
apiVersion: session.grantor.dev/v1alpha1
kind: Connection
metadata: {name: connection}
spec:
  server: default
  namespace: reports
  token: crm
  tokenUID: 0a1b2c3d-0000-4000-8000-000000000002
  generation: 1
  subject: local:ada
  state: Received
  expiresAt: "2026-01-02T03:04:05Z"
  payload: v1.p1.sealed
`,
	"Person": `
apiVersion: session.grantor.dev/v1alpha1
kind: Person
metadata: {name: person}
spec:
  subject: corp:7
  provider: corp
  username: ada
  state: Active
  checkedAt: "2026-01-02T03:04:05Z"
  expiresAt: "2027-01-02T03:04:05Z"
  payload: v1.p1.sealed
`,
	"Enrollment": `
apiVersion: session.grantor.dev/v1alpha1
kind: Enrollment
metadata: {name: enrollment}
spec:
  subject: local:ada
  userUID: 0a1b2c3d-0000-4000-8000-000000000003
  state: Active
  factors: [totp]
  expiresAt: "2027-01-02T03:04:05Z"
  payload: v1.p1.sealed
`,
	"OAuthUser": `
apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthUser
metadata: {name: alice}
spec:
  username: alice
  subject: alice
  displayName: Alice Example
  givenName: Alice
  familyName: Example
  email: alice@app.example
  emailVerified: false
  middleName: Bea
  nickname: Ali
  phoneNumber: +1 425 555 1212
  phoneNumberVerified: false
  address: {formatted: 1 Road, streetAddress: 1 Road, locality: Town, region: Region, postalCode: "12345", country: Country}
  pictureURI: https://app.example/alice.png
  profileURI: https://app.example/alice
  websiteURI: https://alice.example/
  gender: female
  birthdate: "1990-12-31"
  updatedAt: "2026-01-02T03:04:05Z"
  locale: en
  zoneinfo: Europe/Paris
  groups: [devs]
  passwordSecretRef: {name: alice-password, key: hash}
  passwordChange: Allow
  identities: [{provider: corp, id: "1"}]
  disabled: false
  sessionsNotBefore: "2026-01-02T03:04:05Z"
status:
  observedGeneration: 1
  subject: local:alice
  conditions: [{type: Ready, status: "True", reason: Ready, message: "", lastTransitionTime: "2026-01-02T03:04:05Z"}]
`,
	"Mark": `
apiVersion: session.grantor.dev/v1alpha1
kind: Mark
metadata: {name: mark}
spec: {kind: RevokedToken, expiresAt: "2026-01-02T03:04:05Z", attempt: a}
`,
}

// fields are values by path; nil removes. "[]" in a path is the first item.
type fields map[string]any

// manifest returns the full manifest of a kind with changes.
func manifest(t testing.TB, kind string, changes fields) *unstructured.Unstructured {
	t.Helper()
	return changed(parse(t, full[kind]), changes)
}

func parse(t testing.TB, text string) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), object); err != nil {
		t.Fatalf("read a manifest: %v", err)
	}
	return object
}

func changed(object *unstructured.Unstructured, changes fields) *unstructured.Unstructured {
	object = object.DeepCopy()
	for path, value := range changes {
		object.Object, _ = assign(object.Object, strings.Split(strings.ReplaceAll(path, "[]", ".[]"), "."), value).(map[string]any)
	}
	return object
}

// assign returns node with the value at the path below it.
func assign(node any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	if path[0] == "[]" {
		list, _ := node.([]any)
		if len(list) == 0 {
			list = []any{nil}
		}
		list[0] = assign(list[0], path[1:], value)
		return list
	}
	object, _ := node.(map[string]any)
	if object == nil {
		object = map[string]any{}
	}
	if len(path) == 1 && value == nil {
		delete(object, path[0])
		return object
	}
	object[path[0]] = assign(object[path[0]], path[1:], value)
	return object
}
