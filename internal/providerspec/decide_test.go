package providerspec

import (
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func server() *oauthv1alpha1.OAuthServer {
	return &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "default"}}
}

func provider(change func(*oauthv1alpha1.OAuthIdentityProviderSpec)) *oauthv1alpha1.OAuthIdentityProvider {
	p := &oauthv1alpha1.OAuthIdentityProvider{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "corp", UID: "corp", CreationTimestamp: metav1.Unix(100, 0)}}
	p.Spec.ServerName = "default"
	change(&p.Spec)
	return p
}

func oidc(issuer string) *oauthv1alpha1.OAuthIdentityProvider {
	return provider(func(s *oauthv1alpha1.OAuthIdentityProviderSpec) {
		s.OIDC = &oauthv1alpha1.OIDCProvider{Issuer: oauthv1alpha1.WebURI(issuer), ClientID: "grantor"}
	})
}

func with(p *oauthv1alpha1.OAuthIdentityProvider, change func(*oauthv1alpha1.OAuthIdentityProviderSpec)) *oauthv1alpha1.OAuthIdentityProvider {
	change(&p.Spec)
	return p
}

func custom(at string) *oauthv1alpha1.OAuthIdentityProvider {
	return provider(func(s *oauthv1alpha1.OAuthIdentityProviderSpec) {
		s.OAuth2 = &oauthv1alpha1.OAuth2Provider{ClientID: "grantor", Custom: &oauthv1alpha1.OAuth2CustomProvider{
			AuthorizationEndpoint: oauthv1alpha1.WebURI(at), TokenEndpoint: "https://id.example/token",
			Profile: oauthv1alpha1.OAuth2Profile{URL: "https://id.example/me", ID: "/id"},
		}}
	})
}

func github(server string) *oauthv1alpha1.OAuthIdentityProvider {
	return provider(func(s *oauthv1alpha1.OAuthIdentityProviderSpec) {
		s.OAuth2 = &oauthv1alpha1.OAuth2Provider{ClientID: "grantor", Preset: oauthv1alpha1.OAuth2ProviderGitHub}
		if server != "" {
			s.OAuth2.GitHub = &oauthv1alpha1.GitHubProvider{Server: oauthv1alpha1.WebURI(server)}
		}
	})
}

func directory() *oauthv1alpha1.OAuthIdentityProvider {
	return provider(func(s *oauthv1alpha1.OAuthIdentityProviderSpec) {
		s.LDAP = &oauthv1alpha1.LDAPProvider{URL: "ldaps://ldap.example", Users: oauthv1alpha1.LDAPUsers{Base: "dc=example"}}
	})
}

func filtered(users, active, groups string) *oauthv1alpha1.OAuthIdentityProvider {
	return with(directory(), func(s *spec) {
		s.LDAP.Users.Filter, s.LDAP.Users.Active, s.LDAP.Groups = users, active, &oauthv1alpha1.LDAPGroups{Base: "a", Filter: groups}
	})
}

type spec = oauthv1alpha1.OAuthIdentityProviderSpec

func TestRefuse(t *testing.T) {
	const entra, tenant = "https://login.microsoftonline.com/", "5e1d0c44-0000-4000-8000-000000000001"
	groups := &oauthv1alpha1.ProviderAdmission{Groups: []string{"staff"}}
	domains := &oauthv1alpha1.ProviderAdmission{EmailDomains: []string{"example.com"}}
	everybody := &oauthv1alpha1.ProviderAdmission{All: true}
	ref := &oauthv1alpha1.ProviderSecretReference{Name: "corp"}
	for name, test := range map[string]struct {
		p    *oauthv1alpha1.OAuthIdentityProvider
		want string
	}{
		"an OpenID provider":             {oidc("https://login.corp.example"), ""},
		"a directory":                    {directory(), ""},
		"a disabled one":                 {with(directory(), func(s *spec) { s.Disabled = true }), "Disabled"},
		"another server's":               {with(directory(), func(s *spec) { s.ServerName = "other" }), "ServerNotFound"},
		"an issuer with a query":         {oidc("https://login.corp.example?a=b"), "IssuerNotUsable"},
		"an issuer with a fragment":      {oidc("https://login.corp.example#a"), "IssuerNotUsable"},
		"one tenant":                     {oidc(entra + tenant + "/v2.0"), ""},
		"all tenants":                    {with(oidc(entra+"common/v2.0"), func(s *spec) { s.Admit = everybody }), "IssuerNotUsable"},
		"all tenants, spelled otherwise": {oidc("https://LOGIN.microsoftonline.com/Organizations/v2.0"), "IssuerNotUsable"},
		"a template of tenants":          {oidc(entra + "{tenantid}/v2.0"), "IssuerNotUsable"},
		"the tenant of everybody":        {oidc(entra + personalTenant + "/v2.0"), "AdmitRequired"},
		"Google":                         {oidc("https://accounts.google.com"), "AdmitRequired"},
		"Google, spelled otherwise":      {oidc("https://Accounts.Google.com.:443/"), "AdmitRequired"},
		"Google for a domain":            {with(oidc("https://accounts.google.com"), func(s *spec) { s.Admit = domains }), ""},
		"Google for everybody":           {with(oidc("https://accounts.google.com"), func(s *spec) { s.Admit = everybody }), ""},
		"GitLab.com":                     {oidc("https://gitlab.com"), "AdmitRequired"},
		"a GitLab of one's own":          {oidc("https://gitlab.example.com"), ""},
		"GitHub":                         {github(""), "AdmitRequired"},
		"GitHub, written out":            {github("https://github.com"), "EndpointNotUsable"},
		"GitHub's API, written out":      {github("https://API.GitHub.com./"), "EndpointNotUsable"},
		"GitHub for an organization":     {with(github(""), func(s *spec) { s.Admit = groups }), ""},
		"a GitHub Enterprise Server":     {github("https://github.corp.example"), ""},
		"a custom server":                {custom("https://id.example/authorize?p=b2c"), ""},
		"a custom server for everybody":  {custom("https://discord.com/oauth2/authorize"), "AdmitRequired"},
		"an endpoint with a scope":       {custom("https://id.example/authorize?Scope=a"), "EndpointNotUsable"},
		"an endpoint with a fragment":    {custom("https://id.example/authorize#a"), "EndpointNotUsable"},
		"a token endpoint with one":      {with(custom("https://id.example/a"), func(s *spec) { s.OAuth2.Custom.TokenEndpoint = "https://id.example/token#a" }), "EndpointNotUsable"},
		"a parameter":                    {with(oidc("https://a.example"), func(s *spec) { s.OIDC.Parameters = map[string]oauthv1alpha1.TokenParameter{"hd": "example.com"} }), ""},
		"a parameter of ours":            {with(oidc("https://a.example"), func(s *spec) { s.OIDC.Parameters = map[string]oauthv1alpha1.TokenParameter{"State": "a"} }), "ParameterNotAllowed"},
		"a parameter without name":       {with(custom("https://a.example/"), func(s *spec) { s.OAuth2.Parameters = map[string]oauthv1alpha1.TokenParameter{"": "a"} }), "ParameterNotAllowed"},
		"basic without a secret":         {with(oidc("https://a.example"), func(s *spec) { s.OIDC.ClientAuthentication = oauthv1alpha1.TokenClientSecretBasic }), "ClientAuthenticationNotUsable"},
		"none with a secret": {with(custom("https://a.example/"), func(s *spec) {
			s.OAuth2.ClientAuthentication, s.OAuth2.ClientSecretRef = oauthv1alpha1.TokenClientNone, ref
		}), "ClientAuthenticationNotUsable"},
		"post with a secret": {with(oidc("https://a.example"), func(s *spec) {
			s.OIDC.ClientAuthentication, s.OIDC.ClientSecretRef = oauthv1alpha1.TokenClientSecretPost, ref
		}), ""},
		"none without a secret":                                    {with(oidc("https://a.example"), func(s *spec) { s.OIDC.ClientAuthentication = oauthv1alpha1.TokenClientNone }), ""},
		"groups that no profile has":                               {with(custom("https://a.example/"), func(s *spec) { s.Admit = groups }), "AdmitNotUsable"},
		"groups that a profile has":                                {with(custom("https://a.example/"), func(s *spec) { s.Admit, s.OAuth2.Custom.Profile.Groups = groups, "/groups" }), ""},
		"filters":                                                  {filtered("(&(objectClass=person)(|(uid={login})(mail={login}@a.example)))", "(!(a=b))", "(member={dn})"), ""},
		"a filter of users that is none":                           {filtered("(&(uid={login})", "", ""), "FilterNotUsable"},
		"a login that is no value":                                 {filtered("({login}=a)", "", ""), "FilterNotUsable"},
		"a login that is a rule":                                   {filtered("(&(uid={login})({login}))", "", ""), "FilterNotUsable"},
		"who is active, by no filter":                              {filtered("(uid={login})", "(a=b))", ""), "FilterNotUsable"},
		"groups by no filter":                                      {filtered("(uid={login})", "", "(member={dn}"), "FilterNotUsable"},
		"groups of no directory":                                   {with(directory(), func(s *spec) { s.Admit = groups }), "AdmitNotUsable"},
		"groups of a directory":                                    {with(directory(), func(s *spec) { s.Admit, s.LDAP.Groups = groups, &oauthv1alpha1.LDAPGroups{Base: "dc=example"} }), ""},
		"addresses that no profile has":                            {with(custom("https://a.example/"), func(s *spec) { s.Admit = domains }), "AdmitNotUsable"},
		"addresses of which nobody says whether they are verified": {with(custom("https://a.example/"), func(s *spec) { s.Admit, s.OAuth2.Custom.Profile.Email = domains, "/email" }), "AdmitNotUsable"},
		"addresses that are trusted": {with(custom("https://a.example/"), func(s *spec) {
			s.Admit, s.OAuth2.Custom.Profile.Email, s.Claims.EmailVerified = domains, "/email", oauthv1alpha1.EmailVerifiedTrust
		}), ""},
		"groups of GitHub in another case":   {with(github(""), func(s *spec) { s.Admit = &oauthv1alpha1.ProviderAdmission{Groups: []string{"acme", "Acme/Staff"}} }), "AdmitNotUsable"},
		"groups that GitHub does not say":    {with(github(""), func(s *spec) { s.Admit, s.OAuth2.Scopes = groups, []string{"user:email"} }), "AdmitNotUsable"},
		"groups that GitHub says":            {with(github(""), func(s *spec) { s.Admit, s.OAuth2.Scopes = groups, []string{"read:org"} }), ""},
		"addresses that GitHub does not say": {with(github(""), func(s *spec) { s.Admit, s.OAuth2.Scopes = domains, []string{"read:org"} }), "AdmitNotUsable"},
		"addresses that GitHub says":         {with(github(""), func(s *spec) { s.Admit = domains }), ""},
		"addresses of a directory":           {with(directory(), func(s *spec) { s.Admit = domains }), "AdmitNotUsable"},
		"trusted addresses of a directory":   {with(directory(), func(s *spec) { s.Admit, s.Claims.EmailVerified = domains, oauthv1alpha1.EmailVerifiedTrust }), ""},
	} {
		refusal := Refuse(test.p, server(), nil)
		if got := reason(refusal); got != test.want {
			t.Errorf("%s: %q, not %q", name, got, test.want)
		}
		if refusal != nil && !strings.HasSuffix(refusal.Message, ".") {
			t.Errorf("%s: %q is no sentence", name, refusal.Message)
		}
	}
}

func reason(r *Refusal) string {
	if r == nil {
		return ""
	}
	return r.Reason
}

func TestNoServer(t *testing.T) {
	leaving := server()
	leaving.DeletionTimestamp = &metav1.Time{Time: time.Unix(1, 0)}
	elsewhere := server()
	elsewhere.Namespace = "other"
	for name, one := range map[string]*oauthv1alpha1.OAuthServer{"none": nil, "one that goes": leaving, "one elsewhere": elsewhere} {
		if got := reason(Refuse(directory(), one, nil)); got != "ServerNotFound" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// The oldest ones are used, whichever of them is looked at and in whatever order they come.
func TestTooMany(t *testing.T) {
	var all []*oauthv1alpha1.OAuthIdentityProvider
	for i := range MaxPerServer + 2 {
		one := directory()
		one.UID, one.Name, one.CreationTimestamp = types.UID(fmt.Sprintf("%03d", i)), fmt.Sprint("p", i), metav1.Unix(int64(i/2), 0)
		all = append([]*oauthv1alpha1.OAuthIdentityProvider{one}, all...)
	}
	other := directory()
	other.UID, other.Spec.ServerName, other.CreationTimestamp = "other", "other", metav1.Unix(0, 0)
	leaving := directory()
	leaving.UID, leaving.DeletionTimestamp, leaving.CreationTimestamp = "leaving", &metav1.Time{Time: time.Unix(1, 0)}, metav1.Unix(0, 0)
	broken := oidc("https://id.example?a=b")
	broken.UID, broken.CreationTimestamp = "broken", metav1.Unix(0, 0)
	rivals := append([]*oauthv1alpha1.OAuthIdentityProvider{other, leaving, broken}, all...)
	all[len(all)-1].Spec.Disabled = true
	for _, one := range all {
		want := ""
		if one.UID >= types.UID(fmt.Sprintf("%03d", MaxPerServer)) {
			want = "TooManyProviders"
		} else if one.Spec.Disabled {
			want = "Disabled"
		}
		if got := reason(Refuse(one, server(), rivals)); got != want {
			t.Errorf("%s: %q, not %q", one.UID, got, want)
		}
	}
}

// One provider of a server has plain usernames: the oldest, whoever is looked at.
func TestOnePlainProvider(t *testing.T) {
	made := func(name string, at int64, change func(*oauthv1alpha1.OAuthIdentityProvider)) *oauthv1alpha1.OAuthIdentityProvider {
		p := directory()
		p.Name, p.UID, p.CreationTimestamp, p.Spec.Usernames = name, types.UID(name), metav1.Unix(at, 0), oauthv1alpha1.UsernamesPlain
		if change != nil {
			change(p)
		}
		return p
	}
	corp := made("corp", 2, nil)
	for name, test := range map[string]struct {
		rival *oauthv1alpha1.OAuthIdentityProvider
		want  string
	}{
		"an older one":                  {made("a", 1, nil), "UsernamesNotUsable"},
		"an older one that is disabled": {made("a", 1, func(p *oauthv1alpha1.OAuthIdentityProvider) { p.Spec.Disabled = true }), "UsernamesNotUsable"},
		"one of the same second":        {made("a", 2, nil), "UsernamesNotUsable"},
		"a younger one":                 {made("a", 3, nil), ""},
		"an older one with a prefix":    {made("a", 1, func(p *oauthv1alpha1.OAuthIdentityProvider) { p.Spec.Usernames = "" }), ""},
		"an older one that is refused":  {made("a", 1, func(p *oauthv1alpha1.OAuthIdentityProvider) { p.Spec.LDAP.Users.Filter = "(" }), ""},
		"an older one that goes":        {made("a", 1, func(p *oauthv1alpha1.OAuthIdentityProvider) { p.DeletionTimestamp = &metav1.Time{} }), ""},
		"an older one elsewhere":        {made("a", 1, func(p *oauthv1alpha1.OAuthIdentityProvider) { p.Spec.ServerName = "other" }), ""},
	} {
		if got := reason(Refuse(corp, server(), []*oauthv1alpha1.OAuthIdentityProvider{corp, test.rival})); got != test.want {
			t.Errorf("%s: %q, not %q", name, got, test.want)
		}
	}
	prefixed := made("corp", 2, func(p *oauthv1alpha1.OAuthIdentityProvider) { p.Spec.Usernames = oauthv1alpha1.UsernamesPrefixed })
	if refusal := Refuse(prefixed, server(), []*oauthv1alpha1.OAuthIdentityProvider{made("a", 1, nil)}); refusal != nil {
		t.Errorf("with a prefix: %+v", refusal)
	}
}
