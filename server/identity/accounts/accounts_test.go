package accounts

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

func provider(change ...func(*oauthv1alpha1.OAuthIdentityProviderSpec)) *oauthv1alpha1.OAuthIdentityProvider {
	p := &oauthv1alpha1.OAuthIdentityProvider{ObjectMeta: metav1.ObjectMeta{Name: "corp"}}
	p.Spec.OIDC = &oauthv1alpha1.OIDCProvider{}
	for _, f := range change {
		f(&p.Spec)
	}
	return p
}

func TestSubject(t *testing.T) {
	seen := map[string]string{}
	for name, test := range map[string]struct {
		id   string
		want string
	}{
		"a short ID":                        {"7", "corp:7"},
		"an ID with a colon":                {"a:b", "corp:a:b"},
		"the longest that fits":             {strings.Repeat("a", 59), "corp:" + strings.Repeat("a", 59)},
		"one that does not fit":             {strings.Repeat("a", 60), ""},
		"another that does not fit":         {strings.Repeat("a", 61), ""},
		"one with a space":                  {"a b", ""},
		"one with other letters":            {"ä", ""},
		"one that looks like a digest":      {"~" + strings.Repeat("A", 27), ""},
		"none":                              {"", ""},
		"one with a character that is none": {"a\x00", ""},
	} {
		got := Subject("corp", test.id)
		if test.want != "" && got != test.want || test.want == "" && !strings.HasPrefix(got, "corp:~") || len(got) > grants.MaxSubject {
			t.Errorf("%s: %s", name, got)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%s and %s have one subject %s", name, other, got)
		}
		seen[got] = name
		if Provider(got) != "corp" {
			t.Errorf("%s: the provider is %s", name, Provider(got))
		}
	}
	if longest := Subject(strings.Repeat("p", 32), strings.Repeat("i", 255)); len(longest) > grants.MaxSubject {
		t.Errorf("%d bytes: %s", len(longest), longest)
	}
}

// TestAdmitAtGoogle: an address at a domain is not yet an account of the organization.
func TestAdmitAtGoogle(t *testing.T) {
	for sentence, test := range map[string]struct {
		issuer, email, hosted, domain string
		want                          Refusal
	}{
		"an account of the organization":    {"https://accounts.google.com", "ada@example.com", "example.com", "example.com", ""},
		"one in capitals":                   {"https://accounts.google.com", "ada@Example.com", "EXAMPLE.com", "example.com", ""},
		"a private account with an address": {"https://accounts.google.com", "ada@example.com", "", "example.com", ErrEmail},
		"one of another organization":       {"https://accounts.google.com", "ada@example.com", "evil.example", "example.com", ErrEmail},
		"a private account at gmail.com":    {"https://accounts.google.com", "ada@gmail.com", "", "gmail.com", ""},
		"another provider":                  {"https://login.corp.example", "ada@example.com", "", "example.com", ""},
	} {
		p := provider(func(s *oauthv1alpha1.OAuthIdentityProviderSpec) {
			s.OIDC.Issuer = oauthv1alpha1.WebURI(test.issuer)
			s.Admit = &oauthv1alpha1.ProviderAdmission{EmailDomains: []string{test.domain}}
		})
		if got := Admit(p, &upstream.Account{ID: "7", Email: test.email, EmailVerified: true, HostedDomain: test.hosted}); got != test.want {
			t.Errorf("%s: %q", sentence, got)
		}
	}
}

func TestAdmit(t *testing.T) {
	ada := upstream.Account{ID: "7", Email: "ada@Example.com", EmailVerified: true, Groups: []string{"staff", "web"}}
	for name, test := range map[string]struct {
		rule   *oauthv1alpha1.ProviderAdmission
		change func(*upstream.Account)
		trust  bool
		want   Refusal
	}{
		"no rule":                    {nil, nil, false, ""},
		"all":                        {&oauthv1alpha1.ProviderAdmission{All: true}, nil, false, ""},
		"a group":                    {&oauthv1alpha1.ProviderAdmission{Groups: []string{"ops", "web"}}, nil, false, ""},
		"another group":              {&oauthv1alpha1.ProviderAdmission{Groups: []string{"Web"}}, nil, false, ErrGroups},
		"a domain":                   {&oauthv1alpha1.ProviderAdmission{EmailDomains: []string{"example.com"}}, nil, false, ""},
		"a subdomain":                {&oauthv1alpha1.ProviderAdmission{EmailDomains: []string{"example.com"}}, func(a *upstream.Account) { a.Email = "ada@mail.example.com" }, false, ErrEmail},
		"a domain that ends so":      {&oauthv1alpha1.ProviderAdmission{EmailDomains: []string{"example.com"}}, func(a *upstream.Account) { a.Email = "ada@badexample.com" }, false, ErrEmail},
		"two signs":                  {&oauthv1alpha1.ProviderAdmission{EmailDomains: []string{"example.com"}}, func(a *upstream.Account) { a.Email = "x@example.com@evil.org" }, false, ErrEmail},
		"no address":                 {&oauthv1alpha1.ProviderAdmission{EmailDomains: []string{"example.com"}}, func(a *upstream.Account) { a.Email = "" }, true, ErrEmail},
		"an address of nobody":       {&oauthv1alpha1.ProviderAdmission{EmailDomains: []string{"example.com"}}, func(a *upstream.Account) { a.Email = "@example.com" }, true, ErrEmail},
		"an unverified address":      {&oauthv1alpha1.ProviderAdmission{EmailDomains: []string{"example.com"}}, func(a *upstream.Account) { a.EmailVerified = false }, false, ErrEmail},
		"one that is trusted":        {&oauthv1alpha1.ProviderAdmission{EmailDomains: []string{"example.com"}}, func(a *upstream.Account) { a.EmailVerified = false }, true, ""},
		"a user":                     {&oauthv1alpha1.ProviderAdmission{Users: []string{"7"}}, nil, false, ""},
		"another user":               {&oauthv1alpha1.ProviderAdmission{Users: []string{"07"}}, nil, false, ErrUser},
		"a group but not the user":   {&oauthv1alpha1.ProviderAdmission{Groups: []string{"web"}, Users: []string{"8"}}, nil, false, ErrUser},
		"a domain but not the group": {&oauthv1alpha1.ProviderAdmission{Groups: []string{"ops"}, EmailDomains: []string{"example.com"}}, nil, false, ErrGroups},
	} {
		t.Run(name, func(t *testing.T) {
			account := ada
			if test.change != nil {
				test.change(&account)
			}
			p := provider(func(s *oauthv1alpha1.OAuthIdentityProviderSpec) {
				s.Admit = test.rule
				if test.trust {
					s.Claims.EmailVerified = oauthv1alpha1.EmailVerifiedTrust
				}
			})
			if got := Admit(p, &account); got != test.want {
				t.Errorf("%q, not %q", got, test.want)
			}
		})
	}
}

func TestGroups(t *testing.T) {
	empty, dev := "", "dev-"
	many := []string{}
	for i := range 300 {
		many = append(many, fmt.Sprintf("g%03d", i))
	}
	for name, test := range map[string]struct {
		rule   *oauthv1alpha1.IdentityGroups
		theirs []string
		want   []string
	}{
		"no rule":                {nil, []string{"a"}, []string{}},
		"those that are allowed": {&oauthv1alpha1.IdentityGroups{Allow: []string{"team-*", "ops"}}, []string{"team-web", "ops", "opsy", "steam-web"}, []string{"corp:ops", "corp:team-web"}},
		"another prefix":         {&oauthv1alpha1.IdentityGroups{Allow: []string{"*"}, Prefix: &dev}, []string{"a"}, []string{"dev-a"}},
		"no prefix":              {&oauthv1alpha1.IdentityGroups{Allow: []string{"*"}, Prefix: &empty}, []string{"b", "a", "b"}, []string{"a", "b"}},
		"a star in the middle":   {&oauthv1alpha1.IdentityGroups{Allow: []string{"a*a"}}, []string{"a", "aa", "aba", "ab"}, []string{"corp:aa", "corp:aba"}},
		"names that are none":    {&oauthv1alpha1.IdentityGroups{Allow: []string{"*"}}, []string{"", "a\nb", "\xff", strings.Repeat("x", 257)}, []string{}},
		"too many":               {&oauthv1alpha1.IdentityGroups{Allow: []string{"*"}, Prefix: &empty}, many, many[:maxGroups]},
	} {
		t.Run(name, func(t *testing.T) {
			p := provider(func(s *oauthv1alpha1.OAuthIdentityProviderSpec) { s.Claims.Groups = test.rule })
			if got := groups(p, test.theirs); !reflect.DeepEqual(got, test.want) {
				t.Errorf("%v, not %v", got, test.want)
			}
			if got := groups(p, Relevant(p, test.theirs)); !reflect.DeepEqual(got, test.want) {
				t.Errorf("of those that are kept %v, not %v", got, test.want)
			}
		})
	}
}

func TestRelevantKeepsWhatAdmits(t *testing.T) {
	p := provider(func(s *oauthv1alpha1.OAuthIdentityProviderSpec) {
		s.Admit = &oauthv1alpha1.ProviderAdmission{Groups: []string{"zebra"}}
		s.Claims.Groups = &oauthv1alpha1.IdentityGroups{Allow: []string{"a*"}}
	})
	if got := Relevant(p, []string{"zebra", "abc", "secret"}); !reflect.DeepEqual(got, []string{"abc", "zebra"}) {
		t.Errorf("%v", got)
	}
}

func TestPerson(t *testing.T) {
	plain := func(s *oauthv1alpha1.OAuthIdentityProviderSpec) { s.Usernames = oauthv1alpha1.UsernamesPlain }
	for name, test := range map[string]struct {
		account upstream.Account
		change  func(*oauthv1alpha1.OAuthIdentityProviderSpec)
		want    string
		refused Refusal
	}{
		"a username":                        {upstream.Account{ID: "7", Username: "ada"}, nil, "corp:ada", ""},
		"no username":                       {upstream.Account{ID: "7"}, nil, "corp:7", ""},
		"a plain one":                       {upstream.Account{ID: "7", Username: "ada"}, plain, "ada", ""},
		"a plain one like another's":        {upstream.Account{ID: "7", Username: "other:ada"}, plain, "", ErrUsername},
		"a name that turns the text":        {upstream.Account{ID: "7", Username: "ada\u202e"}, nil, "", ErrUsername},
		"a name with a space at the end":    {upstream.Account{ID: "7", Username: "ada "}, plain, "", ErrUsername},
		"a name with another kind of space": {upstream.Account{ID: "7", Username: "ada\u00a0b"}, nil, "", ErrUsername},
		"a long one":                        {upstream.Account{ID: "7", Username: strings.Repeat("a", 129)}, plain, "", ErrUsername},
		"no ID":                             {upstream.Account{Username: "ada"}, nil, "", ErrID},
		"an ID that is too long":            {upstream.Account{ID: strings.Repeat("7", 257)}, nil, "", ErrID},
		"one that is not let in": {upstream.Account{ID: "7"}, func(s *oauthv1alpha1.OAuthIdentityProviderSpec) {
			s.Admit = &oauthv1alpha1.ProviderAdmission{Users: []string{"8"}}
		}, "", ErrUser},
	} {
		t.Run(name, func(t *testing.T) {
			p := provider()
			if test.change != nil {
				test.change(&p.Spec)
			}
			got, err := Person(p, &test.account)
			refused, _ := errors.AsType[Refusal](err)
			if refused != test.refused || (err == nil) != (test.refused == "") {
				t.Fatalf("refused with %v, not %q", err, test.refused)
			}
			if err == nil && (got.Username != test.want || got.Known["preferred_username"] != test.want || got.Subject != "corp:"+test.account.ID) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestClaimsOfAProvider: no claim of a provider replaces one that is decided here.
func TestClaimsOfAProvider(t *testing.T) {
	account := upstream.Account{ID: "7", Username: "ada", DisplayName: "Ada\u202eevil", Email: "ada@example.com", Claims: map[string]any{
		"preferred_username": "root", "groups": []string{"admins"}, "name": "Root", "email": "root@example.com", "given_name": "Ada",
	}}
	got, err := Person(provider(), &account)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"preferred_username": "corp:ada", "groups": []string{}, "name": "corp:ada", "email": "ada@example.com", "email_verified": false, "given_name": "Ada",
	}
	if !reflect.DeepEqual(got.Known, want) {
		t.Errorf("%v, not %v", got.Known, want)
	}
}
