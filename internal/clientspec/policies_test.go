package clientspec

import (
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

type policySpec = oauthv1alpha1.OAuthClientPolicySpec

// policy returns a policy beside the server, for all namespaces.
func policy(name string, spec policySpec, changes ...func(*oauthv1alpha1.OAuthClientPolicy)) *oauthv1alpha1.OAuthClientPolicy {
	p := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: name}, Spec: spec}
	for _, change := range changes {
		change(p)
	}
	return p
}

func policies(p ...*oauthv1alpha1.OAuthClientPolicy) []*oauthv1alpha1.OAuthClientPolicy { return p }

func selecting(key, value string) func(*oauthv1alpha1.OAuthClientPolicy) {
	return func(p *oauthv1alpha1.OAuthClientPolicy) {
		p.Spec.NamespaceSelector.MatchLabels = map[string]string{key: value}
	}
}

func beside(namespace, server string) func(*oauthv1alpha1.OAuthClientPolicy) {
	return func(p *oauthv1alpha1.OAuthClientPolicy) { p.Namespace, p.Spec.ServerName = namespace, server }
}

func redirecting(uris ...oauthv1alpha1.RedirectURI) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
		c.Spec.RedirectURIs = uris
	}
}

func duration(d time.Duration) *metav1.Duration { return &metav1.Duration{Duration: d} }

func TestPolicies(t *testing.T) {
	team := candidate()
	team.NamespaceLabels = map[string]string{"team": "a"}
	unseen := candidate()
	unseen.NamespaceUnknown = true
	read := policySpec{Scopes: []oauthv1alpha1.Scope{"read"}}
	admin := policySpec{Scopes: []oauthv1alpha1.Scope{"admin"}}
	hosts := func(hosts ...oauthv1alpha1.HostPattern) policySpec { return policySpec{RedirectHosts: hosts} }
	ids := func(ids ...oauthv1alpha1.ClientIDPattern) policySpec { return policySpec{ClientIDs: ids} }
	audiences := func(a ...oauthv1alpha1.AudiencePattern) policySpec { return policySpec{Audiences: a} }
	grants := func(g ...oauthv1alpha1.GrantType) policySpec { return policySpec{GrantTypes: g} }
	consent := func(m ...oauthv1alpha1.ConsentMode) policySpec { return policySpec{Consent: m} }
	method := func(m oauthv1alpha1.AuthenticationMethod) func(*oauthv1alpha1.OAuthClient) {
		return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Authentication.Method = m }
	}
	methods := policySpec{AuthenticationMethods: []oauthv1alpha1.AuthenticationMethod{"client_secret_basic"}}
	living := func(change func(*oauthv1alpha1.ClientTokens)) func(*oauthv1alpha1.OAuthClient) {
		return func(c *oauthv1alpha1.OAuthClient) { change(&c.Spec.Tokens) }
	}
	hour := policySpec{Maximum: oauthv1alpha1.PolicyMaximum{AccessTokenLifetime: duration(time.Hour), RefreshTokenLifetime: duration(time.Hour), IDTokenLifetime: duration(time.Hour)}}
	pkce := policySpec{Require: oauthv1alpha1.PolicyRequirements{PKCE: true}}
	daily := policySpec{Require: oauthv1alpha1.PolicyRequirements{RotationInterval: duration(24 * time.Hour)}}
	factor := policySpec{Require: oauthv1alpha1.PolicyRequirements{MinimumAssurance: oauthv1alpha1.RequiredSecondFactor}}
	optional := func(c *oauthv1alpha1.OAuthClient) { c.Spec.PKCE = oauthv1alpha1.PKCEOptional }
	bound := func(b oauthv1alpha1.RequiredBinding) policySpec {
		return policySpec{Require: oauthv1alpha1.PolicyRequirements{Binding: b}}
	}
	web := candidate(redirecting("https://app.team.example/cb"))
	const (
		scope, host, id       = oauthv1alpha1.ReasonScopeNotAllowed, oauthv1alpha1.ReasonRedirectHostNotAllowed, oauthv1alpha1.ReasonClientIDNotAllowed
		audience, grant, mode = oauthv1alpha1.ReasonAudienceNotAllowed, oauthv1alpha1.ReasonGrantTypeNotAllowed, oauthv1alpha1.ReasonConsentNotAllowed
		rotation              = oauthv1alpha1.ReasonRotationRequired
		auth, life, pkceAsked = oauthv1alpha1.ReasonAuthenticationMethodNotAllowed, oauthv1alpha1.ReasonLifetimeNotAllowed, oauthv1alpha1.ReasonPKCERequired
	)
	tests := map[string]struct {
		client   Candidate
		policies []*oauthv1alpha1.OAuthClientPolicy
		refused  string
		says     string
	}{
		"a policy that says nothing":                    {candidate(withScopes("read", "write")), policies(policy("p", policySpec{})), "", ""},
		"a policy that says nothing widens nothing":     {candidate(withScopes("admin")), policies(policy("p", policySpec{})), scope, "restricted"},
		"a policy of another namespace":                 {candidate(withScopes("admin")), policies(policy("p", admin, beside("team", ""))), scope, "restricted"},
		"a policy of another server":                    {candidate(withScopes("admin")), policies(policy("p", admin, beside("system", "other"))), scope, "restricted"},
		"a policy of this server":                       {candidate(withScopes("admin")), policies(policy("p", admin, beside("system", "default"))), "", ""},
		"a policy whose label the namespace lacks":      {candidate(withScopes("write")), policies(policy("p", read, selecting("team", "a"))), "", ""},
		"a policy whose label the namespace has":        {with(team, withScopes("write")), policies(policy("p", read, selecting("team", "a"))), scope, `"p"`},
		"a namespace that is not known has no policies": {with(unseen, withScopes("write")), policies(policy("p", read)), oauthv1alpha1.ReasonNamespaceNotAllowed, "not known yet"},
		"a namespace that is not known and no policies": {with(unseen, withScopes("write")), policies(policy("p", read, beside("other", ""))), "", ""},
		"a list allows what is restricted otherwise":    {candidate(withScopes("admin")), policies(policy("p", admin)), "", ""},
		"a list takes away what is open otherwise":      {candidate(withScopes("admin", "read")), policies(policy("p", admin)), scope, `"read"`},
		"two lists are one":                             {candidate(withScopes("admin", "read")), policies(policy("p", admin), policy("q", read)), "", ""},
		"both are named":                                {candidate(withScopes("write")), policies(policy("q", read), policy("p", admin)), scope, `Policies "p", "q"`},
		"one that says nothing of it is not named":      {candidate(withScopes("write")), policies(policy("q", read), policy("p", pkce)), scope, `Policy "q"`},
		"a policy brings no scope into the catalogue":   {candidate(withScopes("new")), policies(policy("p", policySpec{Scopes: []oauthv1alpha1.Scope{"new"}})), scope, "is not in spec.scopes"},
		"a URL that a policy lists":                     {candidate(withID("https://agent.example/c")), policies(policy("p", ids("https://agent.example/*"))), "", ""},
		"a URL of another host":                         {candidate(withID("https://agent.example.evil/c")), policies(policy("p", ids("https://agent.example/*"))), id, ""},
		"a URL and a pattern for all names":             {candidate(withID("https://agent.example/c")), policies(policy("p", ids("*", "https*"))), id, ""},
		"a host that is listed":                         {web, policies(policy("p", hosts("app.team.example"))), "", ""},
		"a host that is not":                            {web, policies(policy("p", hosts("team.example", "app.team"))), host, "https://app.team.example/cb"},
		"a host with the namespace in it":               {web, policies(policy("p", hosts("*.{namespace}.example"))), "", ""},
		"a host with another namespace in it":           {with(web, in("other", "app")), policies(policy("p", hosts("*.{namespace}.example"))), host, ""},
		"any host":                                      {web, policies(policy("p", hosts("*"))), "", ""},
		"where people return after signing out": {with(web, func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.PostLogoutRedirectURIs = []oauthv1alpha1.RedirectURI{"https://evil.example"}
		}), policies(policy("p", hosts("app.team.example"))), host, "postLogoutRedirectURIs"},
		"whose scripts may call": {with(web, func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.AllowedOrigins = []oauthv1alpha1.Origin{"https://evil.example"}
		}), policies(policy("p", hosts("app.team.example"))), host, "allowedOrigins"},
		"no host for who redirects nowhere":              {candidate(), policies(policy("p", hosts("app.example"))), "", ""},
		"an ID that is listed":                           {candidate(withID("grafana")), policies(policy("p", ids("grafana"))), "", ""},
		"a default ID that is not":                       {candidate(), policies(policy("p", ids("grafana"))), id, `"team.app"`},
		"a default ID that matches":                      {candidate(), policies(policy("p", ids("{namespace}.*"))), "", ""},
		"an ID of another namespace":                     {candidate(withID("other.app")), policies(policy("p", ids("other.*"))), "", ""},
		"a list counts beside the server, too":           {candidate(in("system", "app"), withID("grafana")), policies(policy("p", ids("{namespace}.*"))), id, ""},
		"a star is at the end only":                      {candidate(withID("grafana")), policies(policy("p", ids("graf*na", "*ana"))), id, ""},
		"an audience that is restricted otherwise":       {candidate(withAudiences("https://payroll.example")), policies(policy("p", audiences("https://payroll.example"))), "", ""},
		"a pattern allows what is restricted otherwise":  {candidate(withAudiences("https://payroll.example")), policies(policy("p", audiences("https://*"))), "", ""},
		"a restricted audience that no policy allows":    {candidate(withAudiences("https://payroll.example")), policies(policy("p", audiences("team.*"))), audience, `"p"`},
		"a policy about something else widens nothing":   {candidate(withAudiences("https://payroll.example")), policies(policy("p", read)), audience, "restricted"},
		"a foreign audience":                             {candidate(withAudiences("other.api")), policies(policy("p", audiences("other.api"))), "", ""},
		"any audience":                                   {candidate(withAudiences("other.api", "x")), policies(policy("p", audiences("*"))), "", ""},
		"an audience of the catalogue that is not":       {candidate(withAudiences("https://api.example")), policies(policy("p", audiences("x"))), audience, ""},
		"an audience of the own namespace that is not":   {candidate(withAudiences("team.api")), policies(policy("p", audiences("x"))), audience, ""},
		"an audience of the own namespace":               {candidate(withAudiences("team.api")), policies(policy("p", audiences("{namespace}.*"))), "", ""},
		"an audience of a namespace that begins alike":   {candidate(withAudiences("team2.api")), policies(policy("p", audiences("{namespace}.*"))), audience, ""},
		"a grant that is listed":                         {candidate(), policies(policy("p", grants("client_credentials"))), "", ""},
		"a grant that is not":                            {candidate(), policies(policy("p", grants("authorization_code"))), grant, "client_credentials"},
		"a method that is listed":                        {candidate(), policies(policy("p", methods)), "", ""},
		"a method that is not":                           {candidate(method("client_secret_post")), policies(policy("p", methods)), auth, "client_secret_post"},
		"no method is basic":                             {candidate(method("")), policies(policy("p", methods)), "", ""},
		"consent that is skipped":                        {candidate(withConsent("Skip")), policies(policy("p", consent("Skip"))), "", ""},
		"consent that is remembered where it must not":   {candidate(withConsent("Remember")), policies(policy("p", consent("Prompt"))), mode, "Remember"},
		"no consent mode is Remember":                    {candidate(), policies(policy("p", consent("Prompt"))), mode, "Remember"},
		"an access token that lives too long":            {candidate(living(func(t *oauthv1alpha1.ClientTokens) { t.AccessToken.Lifetime = duration(time.Hour + 1) })), policies(policy("p", hour)), life, "1h0m0s as spec.tokens.accessToken.lifetime"},
		"an access token that lives as long as it may":   {candidate(living(func(t *oauthv1alpha1.ClientTokens) { t.AccessToken.Lifetime = duration(time.Hour) })), policies(policy("p", hour)), "", ""},
		"a refresh token that lives too long":            {candidate(living(func(t *oauthv1alpha1.ClientTokens) { t.RefreshToken.Lifetime = duration(2 * time.Hour) })), policies(policy("p", hour)), life, "refreshToken.lifetime"},
		"a refresh token that may be idle too long":      {candidate(living(func(t *oauthv1alpha1.ClientTokens) { t.RefreshToken.IdleLifetime = duration(2 * time.Hour) })), policies(policy("p", hour)), life, "idleLifetime"},
		"an ID token that lives too long":                {candidate(living(func(t *oauthv1alpha1.ClientTokens) { t.IDToken.Lifetime = duration(2 * time.Hour) })), policies(policy("p", hour)), life, "idToken"},
		"PKCE that is optional where it is required":     {candidate(redirecting(), optional), policies(policy("p", policySpec{}), policy("q", pkce)), pkceAsked, `Policy "q"`},
		"PKCE that is required":                          {candidate(redirecting()), policies(policy("p", pkce)), "", ""},
		"PKCE of a client that never needs it":           {candidate(optional), policies(policy("p", pkce)), "", ""},
		"a key where policies require a certificate":     {candidate(bindingTo("DPoP")), policies(policy("p", bound("Certificate")), policy("q", bound("Required"))), oauthv1alpha1.ReasonBindingRequired, `Policy "p"`},
		"a certificate where policies require a key":     {candidate(bindingTo("Certificate")), policies(policy("p", bound("DPoP"))), oauthv1alpha1.ReasonBindingRequired, `"Certificate" as spec.tokens.accessToken.binding`},
		"policies that require both":                     {candidate(), policies(policy("q", bound("Certificate")), policy("p", bound("DPoP"))), oauthv1alpha1.ReasonBindingRequired, `Policies "p", "q"`},
		"a key where policies require a key":             {candidate(bindingTo("DPoP")), policies(policy("p", bound("DPoP"))), "", ""},
		"a key where policies require something":         {candidate(bindingTo("DPoP")), policies(policy("p", bound("Required"))), "", ""},
		"nothing where policies require a key":           {candidate(bindingTo("IfProved")), policies(policy("p", bound("DPoP"))), "", ""},
		"a password where a second factor is required":   {candidate(assured("Password")), policies(policy("p", policySpec{}), policy("q", factor)), oauthv1alpha1.ReasonAssuranceRequired, `Policy "q" of OAuthServer system/default does not allow Password as spec.login.minimumAssurance`},
		"a factor where a second factor is required":     {candidate(assured("SecondFactor")), policies(policy("q", factor)), "", ""},
		"nothing where a second factor is required":      {candidate(), policies(policy("q", factor)), "", ""},
		"a password where nothing is required":           {candidate(assured("Password")), policies(policy("p", policySpec{})), "", ""},
		"a secret that is never rotated":                 {candidate(), policies(policy("p", daily)), rotation, "at most 24h"},
		"a secret that is rotated too seldom":            {candidate(rotated(25 * time.Hour)), policies(policy("p", daily)), rotation, ""},
		"a secret that is rotated often enough":          {candidate(rotated(24 * time.Hour)), policies(policy("p", daily)), "", ""},
		"a secret that somebody else keeps":              {candidate(func(c *oauthv1alpha1.OAuthClient) { c.Spec.Secret.From = &oauthv1alpha1.SecretSource{} }), policies(policy("p", daily)), "", ""},
		"a client without a secret":                      {candidate(method("none")), policies(policy("p", daily)), "", ""},
		"the namespace must be one of the server's":      {candidate(on("system", "closed")), policies(policy("p", ids("*"))), oauthv1alpha1.ReasonNamespaceNotAllowed, ""},
		"a suspended client that a policy would refuse":  {candidate(suspended, withScopes("write")), policies(policy("p", read)), scope, ""},
		"a suspended client that no policy would refuse": {candidate(suspended, withScopes("read")), policies(policy("p", read)), oauthv1alpha1.ReasonSuspended, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inputs := Inputs{Servers: servers(server(), server(named("system", "closed"), notDefault, takesFrom("Same", nil))), Policies: test.policies}
			decision := Decide(test.client, inputs)
			check(t, decision, test.refused, test.says)
			slices.Reverse(inputs.Policies)
			check(t, Decide(test.client, inputs), test.refused, test.says)
			for _, p := range test.policies {
				if decision.Refusal != nil && slices.Contains(decision.Refusal.Policies, p.Name) && !strings.Contains(decision.Refusal.Message, `"`+p.Name+`"`) {
					t.Errorf("the message does not name policy %q: %s", p.Name, decision.Refusal.Message)
				}
			}
		})
	}
}

// with returns a candidate whose client is changed.
func with(c Candidate, changes ...func(*oauthv1alpha1.OAuthClient)) Candidate {
	c.Client = c.Client.DeepCopy()
	for _, change := range changes {
		change(c.Client)
	}
	return c
}

// Where a client asks for nothing, the server's default is lowered to the maximum.
func TestMaximaLowerDefaults(t *testing.T) {
	most := func(access, refresh, id time.Duration) *oauthv1alpha1.OAuthClientPolicy {
		return policy(access.String(), policySpec{Maximum: oauthv1alpha1.PolicyMaximum{
			AccessTokenLifetime: duration(access), RefreshTokenLifetime: duration(refresh), IDTokenLifetime: duration(id),
		}})
	}
	inputs := Inputs{Servers: servers(server()), Policies: policies(most(time.Minute, 48*time.Hour, time.Hour), most(2*time.Minute, 24*time.Hour, time.Second))}
	got := Decide(candidate(), inputs).Client.Tokens
	if got.AccessLifetime != time.Minute || got.RefreshLifetime != 24*time.Hour || got.RefreshIdle != 24*time.Hour || got.IDLifetime != time.Second {
		t.Errorf("%+v", got)
	}
	inputs.Policies = policies(most(24*time.Hour, 87600*time.Hour, 24*time.Hour))
	got = Decide(candidate(), inputs).Client.Tokens
	if got.AccessLifetime != 15*time.Minute || got.RefreshLifetime != 720*time.Hour || got.RefreshIdle != 168*time.Hour || got.IDLifetime != 5*time.Minute {
		t.Errorf("a maximum above the defaults changes them: %+v", got)
	}
}

// Whether a client secret counts in one way only.
func TestExactMethod(t *testing.T) {
	const none, basic, post = oauthv1alpha1.AuthenticationNone, oauthv1alpha1.AuthenticationBasic, oauthv1alpha1.AuthenticationPost
	required := policySpec{Require: oauthv1alpha1.PolicyRequirements{ExactMethod: true}}
	listed := func(methods ...oauthv1alpha1.AuthenticationMethod) policySpec {
		return policySpec{AuthenticationMethods: methods}
	}
	for name, test := range map[string]struct {
		method   oauthv1alpha1.AuthenticationMethod
		asks     bool
		policies []policySpec
		want     bool
	}{
		"by default":                         {basic, false, nil, false},
		"the client says so":                 {post, true, nil, true},
		"a policy says so":                   {basic, false, []policySpec{{}, required}, true},
		"a policy without a secret":          {none, false, []policySpec{required}, false},
		"a policy that lists one way":        {post, false, []policySpec{listed(post, none)}, true},
		"a policy that lists both":           {post, false, []policySpec{listed(post, basic)}, false},
		"two policies that list one each":    {post, false, []policySpec{listed(post), listed(basic)}, false},
		"a policy that lists ways of others": {none, false, []policySpec{listed(none)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			inputs := Inputs{Servers: servers(server())}
			for i, spec := range test.policies {
				inputs.Policies = append(inputs.Policies, policy(string(rune('a'+i)), spec))
			}
			decision := Decide(candidate(redirecting("https://app.example/cb"), func(c *oauthv1alpha1.OAuthClient) {
				c.Spec.Authentication.Method, c.Spec.Authentication.ExactMethod = test.method, test.asks
			}), inputs)
			if decision.Refusal != nil || decision.Client.Authentication.ExactMethod != test.want {
				t.Errorf("%t, refused by %v", decision.Client.Authentication.ExactMethod, decision.Refusal)
			}
		})
	}
}

// Who says that authorization requests must be pushed. No client is refused because of it.
func TestPushedAuthorization(t *testing.T) {
	const optional, required = oauthv1alpha1.PushedAuthorizationOptional, oauthv1alpha1.PushedAuthorizationRequired
	demanded := policies(policy("p", policySpec{}), policy("q", policySpec{Require: oauthv1alpha1.PolicyRequirements{PushedAuthorization: true}}))
	for name, test := range map[string]struct {
		client, server oauthv1alpha1.PushedAuthorization
		policies       []*oauthv1alpha1.OAuthClientPolicy
		want           bool
	}{
		"nothing":                         {"", "", nil, false},
		"Optional everywhere":             {optional, optional, policies(policy("p", policySpec{})), false},
		"the client":                      {required, "", nil, true},
		"the server":                      {optional, required, nil, true},
		"the server, of before the field": {"", required, nil, true},
		"a policy":                        {optional, optional, demanded, true},
		"all of them":                     {required, required, demanded, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := candidate(redirecting("https://app.example/cb"), func(c *oauthv1alpha1.OAuthClient) { c.Spec.PushedAuthorization = test.client })
			of := server()
			of.Spec.Login.PushedAuthorization = test.server
			decision := Decide(c, Inputs{Servers: servers(of), Policies: test.policies})
			if decision.Refusal != nil || decision.Client.Interactive.PushedAuthorization != test.want {
				t.Errorf("%t, refused by %v", decision.Client.Interactive.PushedAuthorization, decision.Refusal)
			}
		})
	}
}

// Who says that users must give a second factor.
func TestMinimumAssurance(t *testing.T) {
	demanded := policies(policy("p", policySpec{}), policy("q", policySpec{Require: oauthv1alpha1.PolicyRequirements{MinimumAssurance: "SecondFactor"}}))
	for name, test := range map[string]struct {
		client   oauthv1alpha1.Assurance
		policies []*oauthv1alpha1.OAuthClientPolicy
		want     bool
	}{
		"nothing":    {"", policies(policy("p", policySpec{})), false},
		"Password":   {"Password", nil, false},
		"the client": {"SecondFactor", nil, true},
		"a policy":   {"", demanded, true},
		"both":       {"SecondFactor", demanded, true},
	} {
		decision := Decide(candidate(redirecting("https://app.example/cb"), assured(test.client)), Inputs{Servers: servers(server()), Policies: test.policies})
		if decision.Refusal != nil || decision.Client.Interactive.SecondFactor != test.want {
			t.Errorf("%s: %t, refused by %v", name, decision.Client.Interactive.SecondFactor, decision.Refusal)
		}
	}
}

func assured(assurance oauthv1alpha1.Assurance) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Login.MinimumAssurance = assurance }
}

func bindingTo(binding oauthv1alpha1.AccessTokenBinding) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Tokens.AccessToken.Binding = binding }
}

// What access tokens are bound to: what the client says, else the server, and no less than
// policies require.
func TestBinding(t *testing.T) {
	const ifProved, dpop, certificate, required = oauthv1alpha1.AccessTokenBindingIfProved, oauthv1alpha1.AccessTokenBindingDPoP,
		oauthv1alpha1.AccessTokenBindingCertificate, oauthv1alpha1.AccessTokenBindingRequired
	for name, test := range map[string]struct {
		client, server oauthv1alpha1.AccessTokenBinding
		policies       []oauthv1alpha1.RequiredBinding
		want           oauthv1alpha1.AccessTokenBinding
	}{
		"nothing":                               {"", "", nil, ifProved},
		"the server":                            {"", dpop, nil, dpop},
		"the client":                            {certificate, dpop, nil, certificate},
		"the client, for less":                  {ifProved, required, nil, ifProved},
		"a policy":                              {"", "", []oauthv1alpha1.RequiredBinding{"", "DPoP"}, dpop},
		"a policy, for a certificate":           {required, "", []oauthv1alpha1.RequiredBinding{"Certificate"}, certificate},
		"a policy, for one of the two":          {ifProved, "", []oauthv1alpha1.RequiredBinding{"Required"}, required},
		"a policy that the client fulfils":      {certificate, "", []oauthv1alpha1.RequiredBinding{"Required"}, certificate},
		"a policy against the server's default": {"", certificate, []oauthv1alpha1.RequiredBinding{"DPoP"}, dpop},
		"two policies":                          {"", "", []oauthv1alpha1.RequiredBinding{"Required", "DPoP"}, dpop},
	} {
		t.Run(name, func(t *testing.T) {
			of := server()
			of.Spec.Tokens.AccessToken.Binding = test.server
			inputs := Inputs{Servers: servers(of)}
			for i, binding := range test.policies {
				inputs.Policies = append(inputs.Policies, policy(string(rune('a'+i)), policySpec{Require: oauthv1alpha1.PolicyRequirements{Binding: binding}}))
			}
			decision := Decide(candidate(bindingTo(test.client)), inputs)
			if decision.Refusal != nil || decision.Client.Tokens.AccessBinding != test.want {
				t.Errorf("%q, refused by %v", decision.Client.Tokens.AccessBinding, decision.Refusal)
			}
		})
	}
}

// What a client must send beside a code, with and without a policy.
func TestPKCE(t *testing.T) {
	const none, basic = oauthv1alpha1.AuthenticationNone, oauthv1alpha1.AuthenticationBasic
	required := policies(policy("p", policySpec{Require: oauthv1alpha1.PolicyRequirements{PKCE: true}}))
	for name, test := range map[string]struct {
		asks     oauthv1alpha1.PKCE
		method   oauthv1alpha1.AuthenticationMethod
		policies []*oauthv1alpha1.OAuthClientPolicy
		want     oauthv1alpha1.PKCE
	}{
		"a client of before the field":   {"", basic, nil, "Auto"},
		"Auto":                           {"Auto", basic, nil, "Auto"},
		"Auto without credentials":       {"Auto", none, nil, "Required"},
		"Auto where a policy requires":   {"Auto", basic, required, "Required"},
		"Required":                       {"Required", basic, nil, "Required"},
		"Optional":                       {"Optional", basic, nil, "Optional"},
		"Optional that the schema knows": {"Optional", none, nil, "Required"},
	} {
		t.Run(name, func(t *testing.T) {
			c := candidate(redirecting("https://app.example/cb"), func(c *oauthv1alpha1.OAuthClient) {
				c.Spec.PKCE, c.Spec.Authentication.Method = test.asks, test.method
			})
			decision := Decide(c, Inputs{Servers: servers(server()), Policies: test.policies})
			if decision.Refusal != nil || decision.Client.Interactive.PKCE != test.want {
				t.Errorf("%q, refused by %v", decision.Client.Interactive.PKCE, decision.Refusal)
			}
		})
	}
}

// A rival that its policies refuse holds nothing.
func TestPoliciesDecideAboutRivals(t *testing.T) {
	rival := candidate(in("other", "rival"), withID("team.app"), created(-time.Hour))
	inputs := Inputs{Servers: servers(server()), Claimants: KnownClaimants(rival)}
	check(t, Decide(candidate(), inputs), "", "")
	inputs.Policies = policies(policy("p", policySpec{ClientIDs: []oauthv1alpha1.ClientIDPattern{"team.*"}}))
	check(t, Decide(candidate(), inputs), oauthv1alpha1.ReasonClientIDConflict, "another namespace")
	check(t, Decide(rival, inputs), "", "")
}
