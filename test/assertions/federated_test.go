package assertions

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// clusterIssuer is what clusters of kubeadm call themselves, all of them.
const clusterIssuer = "https://kubernetes.default.svc.cluster.local"

// federation is a Grantor that trusts issuers outside and a second cluster.
type federation struct {
	*installation.Installation
	outside   *outside
	namespace string
	east      *devenv.Kube
	// signers are by the name of the issuer.
	signers map[string]signer
}

func newFederation(t *testing.T) (*federation, *devenv.FaultProxy) {
	t.Helper()
	f := &federation{outside: newOutside(t), signers: map[string]signer{}}
	west := devenv.OwnKube(t)
	f.east = devenv.OwnKube(t)
	f.outside.trust(t, west, f.east)
	var proxy *devenv.FaultProxy
	f.Installation, proxy = behindProxy(t, west)
	f.namespace = devenv.Namespace(t, west.Config)
	for name, alg := range map[string]string{"github": "RS256", "gitlab": "RS256", "eks": "RS256", "spiffe": "ES256", "rotating": "ES256", "twin": "RS256"} {
		f.signers[name] = newSigner(t, alg)
		f.outside.publish(name, f.signers[name].jwk(t, name))
	}
	bundle := f.signers["spiffe"].jwk(t, "spiffe")
	bundle.Use = "jwt-svid"
	f.outside.publish("spiffe", map[string]any{"kty": "EC", "use": "x509-svid", "crv": "P-256", "x": bundle.X, "y": bundle.Y, "x5c": []string{"MII="}}, bundle)
	byURI := func(name, issuer string) oauthv1alpha1.TrustedIssuer {
		return oauthv1alpha1.TrustedIssuer{Name: oauthv1alpha1.TrustedIssuerName(name), Issuer: issuer, JWKSURI: oauthv1alpha1.JWKSURI(f.outside.set(name))}
	}
	discovered := func(name string, owners ...oauthv1alpha1.ClaimName) oauthv1alpha1.TrustedIssuer {
		return oauthv1alpha1.TrustedIssuer{Name: oauthv1alpha1.TrustedIssuerName(name), Issuer: f.outside.issuer(name), OwnerClaims: owners}
	}
	f.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.TrustedIssuers = []oauthv1alpha1.TrustedIssuer{
			discovered("github", "repository_owner_id"), discovered("gitlab", "project_id"), discovered("eks"), discovered("rotating"),
			byURI("spiffe", ""), byURI("twin", f.outside.issuer("github")),
			{Name: "east", Issuer: clusterIssuer, JWKSURI: publishKeys(t, f.east)},
			{Name: "west", Issuer: clusterIssuer, JWKSURI: publishKeys(t, west)},
		}
	})
	return f, proxy
}

// client creates a client of one workload.
func (f *federation) client(t *testing.T, name, issuer, subject string, claims map[string]oauthv1alpha1.ClaimValue) string {
	t.Helper()
	entry := oauthv1alpha1.FederatedIdentity{Issuer: oauthv1alpha1.TrustedIssuerName(issuer), Subject: subject, Claims: claims}
	return f.Create(t, installation.Service(f.namespace, name, byWorkload(entry))).ClientID()
}

// sign signs claims as an issuer.
func (f *federation) sign(t *testing.T, name string, claims map[string]any) string {
	t.Helper()
	s := f.signers[name]
	return s.sign(t, map[string]any{"alg": s.alg, "typ": "JWT", "kid": name}, claims)
}

func (f *federation) ask(t *testing.T, id, token string) installation.Answer {
	t.Helper()
	return f.Post(t, "/token", "", "", form(id, token))
}

// Workloads elsewhere authenticate with the tokens of their own platforms, and with nothing
// else, at every endpoint where clients do.
func TestWorkloadsElsewhere(t *testing.T) {
	f, proxy := newFederation(t)
	hub, main := f.outside.issuer("github"), "repo:acme/shop:ref:refs/heads/main"
	rotating := f.client(t, "rotating", "rotating", main, nil)
	rotated := gitHub(f.outside.issuer("rotating"), f.Issuer)
	granted(t, f.ask(t, rotating, f.sign(t, "rotating", said(rotated, nil))))

	exact := f.client(t, "exact", "github", main, map[string]oauthv1alpha1.ClaimValue{"environment": "production"})
	wide := f.client(t, "wide", "github", "repo:acme/*", map[string]oauthv1alpha1.ClaimValue{"repository_owner_id": "65"})
	other := f.client(t, "other", "github", "repo:acme/other:ref:refs/heads/main", nil)
	twin := f.client(t, "twin", "twin", main, nil)
	lab := f.client(t, "gitlab", "gitlab", "project_path:acme/shop:ref_type:branch:ref:main", map[string]oauthv1alpha1.ClaimValue{"ref_protected": "true"})
	pods := f.client(t, "eks", "eks", "system:serviceaccount:shop:billing", nil)
	spiffe := f.client(t, "spiffe", "spiffe", "spiffe://example.org/ns/shop/sa/billing", nil)
	good := func(change map[string]any) map[string]any { return said(gitHub(hub, f.Issuer), change) }
	now := time.Now().Unix()

	t.Run("granted", func(t *testing.T) {
		for name, test := range map[string]struct{ id, token string }{
			"GitHub":                            {exact, f.sign(t, "github", good(nil))},
			"GitHub, another branch":            {wide, f.sign(t, "github", good(map[string]any{"sub": "repo:acme/shop:ref:refs/heads/fix"}))},
			"GitHub, with azp":                  {exact, f.sign(t, "github", good(map[string]any{"azp": "https://other.example"}))},
			"GitHub, one audience in a list":    {exact, f.sign(t, "github", good(map[string]any{"aud": []string{f.Issuer}}))},
			"GitHub, for a day":                 {exact, f.sign(t, "github", good(map[string]any{"exp": now + 24*60*60}))},
			"GitHub, another key for the same":  {twin, f.signers["twin"].sign(t, map[string]any{"alg": "RS256"}, good(nil))},
			"GitLab":                            {lab, f.sign(t, "gitlab", said(gitLab(f.outside.issuer("gitlab"), f.Issuer), nil))},
			"EKS":                               {pods, f.sign(t, "eks", said(eks(f.outside.issuer("eks"), f.Issuer), nil))},
			"SPIFFE":                            {spiffe, f.sign(t, "spiffe", said(svid(f.Issuer), map[string]any{"nbf": nil}))},
			"SPIFFE, without the time of issue": {spiffe, f.sign(t, "spiffe", said(svid(f.Issuer), map[string]any{"nbf": nil, "iat": nil}))},
		} {
			t.Run(name, func(t *testing.T) {
				issued := granted(t, f.ask(t, test.id, test.token))
				for _, path := range []string{"/introspect", "/revoke"} {
					about := form(test.id, test.token)
					about.Set("token", issued)
					if answer := f.Post(t, path, "", "", about); answer.Status != http.StatusOK {
						t.Errorf("%s answers %d %s", path, answer.Status, answer.Body)
					}
				}
			})
		}
	})

	t.Run("nothing is written and nothing is read", func(t *testing.T) {
		ledger := installation.NewLedger(t, f.Installation, proxy)
		text, before := f.sign(t, "github", good(nil)), f.outside.asked.Load()
		ledger.Open(t)
		for range 10 {
			granted(t, f.ask(t, exact, text))
			refused(t, f.ask(t, other, text))
		}
		ledger.Close(t, "ten tokens and ten refusals", installation.Asks())
		if n := f.outside.asked.Load() - before; n != 0 {
			t.Errorf("the issuer was asked %d times", n)
		}
	})

	text := f.sign(t, "github", good(nil))
	unsigned := func(alg string) string {
		made := f.signers["github"].sign(t, map[string]any{"alg": alg, "kid": "github"}, good(nil))
		return made[:strings.LastIndexByte(made, '.')+1]
	}
	shared := func() string { // the public key as a secret
		made := unsigned("HS256")
		mac := hmac.New(sha256.New, []byte(f.signers["github"].jwk(t, "github").N))
		mac.Write([]byte(strings.TrimSuffix(made, ".")))
		return made + base64url(mac.Sum(nil))
	}
	t.Run("refused", func(t *testing.T) {
		for name, test := range map[string]struct{ id, token, cause string }{
			"replayed for another client":      {other, text, "token_subject"},
			"of a key of another entry":        {exact, f.signers["twin"].sign(t, map[string]any{"alg": "RS256"}, good(nil)), "token_signature"},
			"of an entry of another client":    {twin, text, "token_signature"},
			"of another issuer":                {exact, f.sign(t, "gitlab", said(gitLab(f.outside.issuer("gitlab"), f.Issuer), map[string]any{"sub": main})), "token_issuer"},
			"of another issuer, with its name": {exact, f.sign(t, "gitlab", good(nil)), "token_signature"},
			"without an issuer":                {exact, f.sign(t, "github", good(map[string]any{"iss": nil})), "token_issuer"},
			"with the issuer and a slash":      {exact, f.sign(t, "github", good(map[string]any{"iss": hub + "/"})), "token_issuer"},
			"of SPIFFE, with an issuer":        {spiffe, f.sign(t, "spiffe", said(svid(f.Issuer), map[string]any{"iss": "https://spire.example"})), "token_issuer"},
			"for the token endpoint":           {exact, f.sign(t, "github", good(map[string]any{"aud": f.Issuer + "/token"})), "token_audience"},
			"for the issuer and a slash":       {exact, f.sign(t, "github", good(map[string]any{"aud": f.Issuer + "/"})), "token_audience"},
			"for another service":              {exact, f.sign(t, "github", good(map[string]any{"aud": "https://github.com/acme"})), "token_audience"},
			"for another service, too":         {exact, f.sign(t, "github", good(map[string]any{"aud": []string{f.Issuer, "https://github.com/acme"}})), "token_audience"},
			"for no one":                       {exact, f.sign(t, "github", good(map[string]any{"aud": nil})), "token_audience"},
			"of another branch":                {exact, f.sign(t, "github", good(map[string]any{"sub": "repo:acme/shop:ref:refs/heads/fix"})), "token_subject"},
			"of a branch that begins alike":    {exact, f.sign(t, "github", good(map[string]any{"sub": main + "-2"})), "token_subject"},
			"of a subject with a star":         {wide, f.sign(t, "github", good(map[string]any{"sub": "*"})), "token_subject"},
			"of an owner that begins alike":    {wide, f.sign(t, "github", good(map[string]any{"sub": "repo:acme2/shop:ref:refs/heads/main"})), "token_subject"},
			"of another owner of the name":     {wide, f.sign(t, "github", good(map[string]any{"repository_owner_id": "66"})), "token_claim"},
			"with a number as claim":           {wide, f.sign(t, "github", good(map[string]any{"repository_owner_id": 65})), "token_claim"},
			"with a list as claim":             {wide, f.sign(t, "github", good(map[string]any{"repository_owner_id": []string{"65"}})), "token_claim"},
			"with another claim":               {exact, f.sign(t, "github", good(map[string]any{"environment": "staging"})), "token_claim"},
			"without the claim":                {exact, f.sign(t, "github", good(map[string]any{"environment": nil})), "token_claim"},
			"that has expired":                 {exact, f.sign(t, "github", good(map[string]any{"exp": now - 1})), "token_expired"},
			"that never expires":               {exact, f.sign(t, "github", good(map[string]any{"exp": nil})), "token_expired"},
			"that expires in two days":         {exact, f.sign(t, "github", good(map[string]any{"exp": now + 48*60*60})), "token_expired"},
			"that has not begun":               {exact, f.sign(t, "github", good(map[string]any{"nbf": now + 300})), "token_expired"},
			"with alg none":                    {exact, unsigned("none") + "AA", "token_signature"},
			"with HS256 and the public key":    {exact, shared(), "token_signature"},
			"with an unknown kid":              {exact, f.signers["github"].sign(t, map[string]any{"alg": "RS256", "kid": "x"}, good(nil)), "token_signature"},
			"with a key in its header": {exact, newSigner(t, "RS256").sign(t, map[string]any{"alg": "RS256", "kid": "github", "jwk": f.signers["github"].jwk(t, "x"),
				"jku": f.outside.set("github")}, good(nil)), "token_signature"},
			"as an access token": {exact, f.signers["github"].sign(t, map[string]any{"alg": "RS256", "kid": "github", "typ": "at+jwt"}, good(nil)), "malformed"},
			"without client_id":  {"", text, "malformed"},
		} {
			t.Run(name, func(t *testing.T) {
				since := f.audited(t, test.cause)
				refused(t, f.ask(t, test.id, test.token))
				installation.Eventually(t, 5*time.Second, func() bool { return f.audited(t, test.cause) > since }, func() string { return "line with the cause " + test.cause })
			})
		}
	})

	t.Run("another cluster", func(t *testing.T) {
		const namespace = "default"
		east, west := &installation.Installation{Kube: f.east}, f.Installation
		account(t, east, namespace, "billing")
		account(t, west, namespace, "billing")
		id := f.client(t, "east", "east", "system:serviceaccount:default:billing", nil)
		granted(t, f.ask(t, id, token(t, east, namespace, "billing", nil, f.Issuer)))
		bound := pod(t, east, namespace, "billing-0", "billing")
		granted(t, f.ask(t, id, token(t, east, namespace, "billing", bound, f.Issuer)))
		refused(t, f.ask(t, id, token(t, west, namespace, "billing", nil, f.Issuer)))
		refused(t, f.ask(t, id, token(t, east, namespace, "billing", nil, "https://other.example")))
		refused(t, f.ask(t, id, token(t, east, namespace, "default", nil, f.Issuer)))
		refused(t, f.ask(t, pods, token(t, east, namespace, "billing", nil, f.Issuer)))
	})

	t.Run("keys that are replaced or away", func(t *testing.T) {
		next := newSigner(t, "ES256")
		by := func(kid string) string {
			return next.sign(t, map[string]any{"alg": "ES256", "kid": kid}, said(rotated, nil))
		}
		refused(t, f.ask(t, rotating, by("rotating")))
		f.outside.publish("rotating", next.jwk(t, "next"))
		installation.Eventually(t, 40*time.Second, func() bool { return f.ask(t, rotating, by("next")).Status == http.StatusOK }, func() string { return "new key" })
		refused(t, f.ask(t, rotating, f.sign(t, "rotating", said(rotated, nil))))

		f.outside.down.Store(true)
		granted(t, f.ask(t, rotating, by("next"))) // its keys are there
		f.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) {
			s.Spec.TrustedIssuers = append(s.Spec.TrustedIssuers, oauthv1alpha1.TrustedIssuer{Name: "away", Issuer: f.outside.issuer("eks")})
		})
		away := f.client(t, "away", "away", "system:serviceaccount:shop:billing", nil)
		since := f.audited(t, "token_keys")
		answer := f.ask(t, away, f.sign(t, "eks", said(eks(f.outside.issuer("eks"), f.Issuer), nil)))
		if answer.Status != http.StatusServiceUnavailable || answer.Code() != "temporarily_unavailable" {
			t.Errorf("answered %d %s", answer.Status, answer.Body)
		}
		installation.Eventually(t, 5*time.Second, func() bool { return f.audited(t, "token_keys") > since }, func() string { return "line" })
	})

	t.Run("an issuer that is no longer trusted", func(t *testing.T) {
		former := f.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.TrustedIssuers = s.Spec.TrustedIssuers[1:] })
		installation.Eventually(t, installation.Effective, func() bool { return f.ask(t, exact, text).Code() == "invalid_client" }, func() string { return "refusal" })
		f.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.TrustedIssuers = former.Spec.TrustedIssuers })
		installation.Eventually(t, installation.Effective, func() bool { return f.ask(t, exact, text).Status == http.StatusOK }, func() string { return "token" })
	})

	log, err := os.ReadFile(filepath.Join(f.Dir, "server-0.log"))
	if err != nil || strings.Contains(string(log), text[:60]) || strings.Contains(string(log), text[len(text)-60:]) {
		t.Errorf("the log has a token, or cannot be read: %v", err)
	}
}

// audited returns how many lines of the audit log have a cause.
func (f *federation) audited(t *testing.T, cause string) int {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(f.Dir, "server-0.log"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(log), `"cause":"`+cause+`"`)
}

// What a namespace may not use is said in the status.
func TestWorkloadsOfIssuersThatMayNotBeUsed(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	trusted := []oauthv1alpha1.TrustedIssuer{
		{Name: "open", Issuer: "https://open.example", OwnerClaims: []oauthv1alpha1.ClaimName{"owner_id"}},
		{Name: "twin", Issuer: "https://open.example", JWKSURI: "https://twin.example/keys"},
		{Name: "closed", Issuer: "https://closed.example", Namespaces: oauthv1alpha1.ClientNamespaces{From: oauthv1alpha1.NamespacesFromSame}},
	}
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.TrustedIssuers = trusted })
	t.Cleanup(func() { g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.TrustedIssuers = nil }) })
	for name, test := range map[string]struct {
		entries []oauthv1alpha1.FederatedIdentity
		reason  string
	}{
		"unknown":  {[]oauthv1alpha1.FederatedIdentity{{Issuer: "unknown", Subject: "a"}}, oauthv1alpha1.ReasonTrustedIssuerNotFound},
		"closed":   {[]oauthv1alpha1.FederatedIdentity{{Issuer: "open", Subject: "a"}, {Issuer: "closed", Subject: "a"}}, oauthv1alpha1.ReasonTrustedIssuerNotAllowed},
		"twins":    {[]oauthv1alpha1.FederatedIdentity{{Issuer: "open", Subject: "a"}, {Issuer: "twin", Subject: "b"}}, oauthv1alpha1.ReasonTrustedIssuerConflict},
		"anyone":   {[]oauthv1alpha1.FederatedIdentity{{Issuer: "open", Subject: "a*", Claims: map[string]oauthv1alpha1.ClaimValue{"x": "1"}}}, oauthv1alpha1.ReasonFederatedSubjectNotAllowed},
		"accepted": {[]oauthv1alpha1.FederatedIdentity{{Issuer: "open", Subject: "a*", Claims: map[string]oauthv1alpha1.ClaimValue{"owner_id": "1"}}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := installation.Service(namespace, name, byWorkload(test.entries...))
			if test.reason == "" {
				g.Create(t, c)
				return
			}
			if err := g.Admin.Create(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			g.AwaitCondition(t, c, oauthv1alpha1.ConditionAccepted, "False", test.reason)
			text := newSigner(t, "ES256").sign(t, map[string]any{"alg": "ES256"}, said(map[string]any{"iss": "https://open.example", "sub": "a", "aud": g.Issuer}, nil))
			refused(t, installation.Post(t, g.Issuer+"/token", "", "", form(c.ClientID(), text)))
		})
	}

	ruled := shared.Namespace(t)
	live := g.Create(t, installation.Service(ruled, "live", byWorkload(oauthv1alpha1.FederatedIdentity{Issuer: "open", Subject: "a"})))
	policy := &oauthv1alpha1.OAuthClientPolicy{
		ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: ruled},
		Spec: oauthv1alpha1.OAuthClientPolicySpec{
			NamespaceSelector: metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": ruled}},
			FederatedIssuers:  []oauthv1alpha1.TrustedIssuerPattern{"closed", "{namespace}.*"},
		},
	}
	if err := g.Admin.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, live, oauthv1alpha1.ConditionAccepted, "False", oauthv1alpha1.ReasonTrustedIssuerNotAllowed)
	if err := g.Admin.Delete(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, live, oauthv1alpha1.ConditionReady, "True", "")
}
