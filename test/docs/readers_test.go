package docs

import (
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// elsewhere names pages and blocks that do not run on a shared Grantor, and says
// where they run.
var elsewhere = map[string]string{
	"README.md":                     "continuous integration runs both",
	"docs/guides/recovery.md":       "TestRecovery has two clusters for it",
	"docs/guides/kubectl-oauth.md":  "test/kubectl runs each command, with the plugin and a browser",
	"docs/guides/second-factors.md": "test/factors runs the command, after a user has lost everything",
	"docs/guides/coder.md":          "test/compat makes these requests, as Coder's applications do",
	"docs/guides/gancio.md":         "test/compat makes this request, as applications of Gancio do",
	"docs/guides/token-exchange.md": "test/exchange makes this request, with tokens of users, pods and jobs",
	"docs/performance.md":           "a profile takes minutes, and is to be looked at",
	"docs/guides/install.md":        "test/e2e, on a node where images run; what Helm keeps: test/chart",
	"charts/grantor/README.md":      "the same",
	"docs/guides/operations.md: kubectl apply -k docs/examples/self-run --server-side":                                      "test/deployment asks an API server about it",
	"docs/quickstart.md: make up                 # a Kubernetes API server, the operator and the server, in the background": "continuous integration runs make demo, which begins with it",
	"docs/quickstart.md: docker build -t grantor:try .":                                                                     "test/e2e copies it, with other programs under these names",
	"docs/quickstart.md: kubectl port-forward -n grantor-system service/default-oauth 8080:80":                              "test/e2e copies it, too",
	"docs/guides/gitops.md: kubectl apply -k docs/examples/gitops/bootstrap --server-side":                                  "test/e2e applies the same on a node where images run",
	"docs/guides/sign-in.md: go run ./docs/examples/webapp -secret .local/oauth":                                            "TestApplication signs in to it",
	"docs/guides/no-secret.md: curl -s --cert tls.crt --key tls.key https://mtls.example.com/token \\":                      "test/assertions has servers that ask for certificates",
}

// reader is a reader of a page, with what the commands do not say.
type reader struct {
	// after are pages that were read before.
	after []string
	// meanwhile prepares what the page says in words.
	meanwhile func(t *testing.T, g *installation.Installation)
	// before are commands that come first, in the same shell.
	before string
	// input is what is typed.
	input string
	// says is what the commands print in the end.
	says []string
	// tidy undoes what would disturb the next reader.
	tidy string
}

var readers = map[string]reader{
	"docs/quickstart.md":          {says: []string{`"active":true`}},
	"docs/guides/bound-tokens.md": {says: []string{`"invalid_dpop_proof"`, `"token_type":"DPoP"`, `"jkt"`}},
	"docs/guides/credentials.md": {
		after:  []string{"docs/quickstart.md"},
		before: "kubectl create namespace demo", tidy: "kubectl delete namespace demo --ignore-not-found",
		says: []string{"secret/legacy-password created"},
	},
	"docs/guides/entra.md": {
		input: "the-secret\n", says: []string{"secret/entra-client created"}, tidy: "kubectl delete secret -n grantor-system entra-client",
	},
	"docs/guides/gate.md": {
		says: []string{`error="insufficient_scope"`, "X-Auth-Client: shop.orders-report", "resource_metadata="},
		tidy: "kubectl delete -f config/samples/gate/oauthresource.yaml",
	},
	"docs/guides/github.md": {
		input: "the-secret\n", says: []string{"secret/github-app created"}, tidy: "kubectl delete secret -n grantor-system github-app",
	},
	"docs/guides/gitops.md": {
		before: "kubectl create namespace shop", tidy: "kubectl delete -k config/admission",
		says: []string{"oauthclient.oauth.grantor.dev/storefront condition met"},
	},
	"docs/guides/google.md": {
		input: "the-secret\n", says: []string{"secret/google-client created"}, tidy: "kubectl delete secret -n grantor-system google-client",
	},
	"docs/guides/identity-providers.md": {
		input: "the-secret\n", says: []string{"secret/corp-idp created", "oauthidentityprovider.oauth.grantor.dev/corp created", "rolebinding.rbac.authorization.k8s.io/identity-team created"},
		tidy: "kubectl delete secret,oauthidentityprovider,rolebinding -n grantor-system corp-idp corp identity-team --ignore-not-found",
	},
	"docs/guides/ldap.md": {
		input: "the-password\n", says: []string{"secret/corp-ldap created"}, tidy: "kubectl delete secret -n grantor-system corp-ldap",
	},
	"docs/guides/migration.md": {
		before: "kubectl create namespace auth; kubectl apply -f test/docs/testdata/hydra-maester.yaml -f test/docs/testdata/dex.yaml\n" +
			"kubectl wait --for=condition=Established crd/oauth2clients.hydra.ory.sh; kubectl apply -f test/docs/testdata/oauth2client.yaml",
		tidy: "kubectl delete namespace auth; kubectl delete crd oauth2clients.hydra.ory.sh",
	},
	"docs/guides/no-secret.md": {says: []string{`"access_token"`}},
	"docs/guides/redirects.md": {says: []string{`["https://notes.example.com/callback"]`}},
	"docs/guides/registration.md": {
		says: []string{`"client_id":"gdr_`, `"client_name":"Agent"`},
		tidy: `kubectl patch oauthserver default -n grantor-system --type=merge -p '{"spec": {"registration": null}}'`,
	},
	"docs/guides/oauth-tokens.md": {says: []string{"oauthtoken.oauth.grantor.dev/report condition met", "report-token"}, tidy: "kubectl delete -f config/samples/tokens/oauthtoken.yaml"},
	"docs/guides/oauth-tokens-authorize.md": {
		says: []string{"/connect/shop/calendar/callback"}, tidy: "kubectl delete -f config/samples/tokens/google.yaml",
	},
	"docs/guides/resources.md": {says: []string{`resource_metadata=`, `"scope":"tickets.read"`}, tidy: "kubectl delete -f config/samples/resources/oauthresource.yaml"},
	"docs/guides/sessions.md":  {meanwhile: aliceSignsIn, says: []string{"local:", " patched"}},
	"docs/guides/sign-in.md": {
		after:  []string{"docs/quickstart.md"},
		before: "kubectl apply -f test/docs/testdata/api.yaml; kubectl wait -n shop oauthclient/api --for=condition=Ready",
		says:   []string{`{"active":false}`},
	},
	"docs/guides/start-page.md": {says: []string{"oauthclient.oauth.grantor.dev/wiki condition met"}, tidy: "kubectl delete -k config/samples/startpage"},
	"docs/guides/tenancy.md":    {tidy: "kubectl delete -f config/samples/policies/oauthclientpolicies.yaml; kubectl label namespace default oauth.grantor.dev/client-ids-"},
	"docs/guides/users.md": {
		input: "a long password of Carol\n",
		says:  []string{"oauthuser.oauth.grantor.dev/carol condition met", "oauthuser.oauth.grantor.dev/carol patched"},
		tidy:  "kubectl delete oauthuser -n grantor-system carol; kubectl delete secret -n grantor-system carol-password people",
	},
}

// aliceSignsIn leaves a Grant and a Login.
func aliceSignsIn(t *testing.T, g *installation.Installation) {
	t.Helper()
	app := g.NewApp(t, installation.Application(shared.Namespace(t), "notes"))
	app.Tokens(t, installation.NewVisitor(nil, g.Issuer), "alice", nil)
}
