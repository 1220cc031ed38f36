package directories

import (
	"errors"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/ldap"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/test/slapd"
)

// loopback is where the tests' directories are.
func loopback() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }

// described returns the provider of a directory.
func described(d *slapd.Directory, change ...func(*oauthv1alpha1.LDAPProvider)) *oauthv1alpha1.OAuthIdentityProvider {
	spec := &oauthv1alpha1.LDAPProvider{
		URL: d.Encrypted, BindDN: slapd.Reader, BindSecretRef: &oauthv1alpha1.ProviderSecretReference{Name: "corp"},
		Users:  oauthv1alpha1.LDAPUsers{Base: slapd.People},
		Groups: &oauthv1alpha1.LDAPGroups{Base: slapd.Groups},
	}
	for _, c := range change {
		c(spec)
	}
	p := &oauthv1alpha1.OAuthIdentityProvider{}
	p.Name, p.Spec.ServerName, p.Spec.LDAP = "corp", "default", spec
	return p
}

// options are those of a connector to a directory.
func options(t *testing.T, d *slapd.Directory, change ...func(*oauthv1alpha1.LDAPProvider)) ldap.Options {
	t.Helper()
	pool, err := d.CA.Pool()
	if err != nil {
		t.Fatal(err)
	}
	return ldap.Options{Provider: described(d, change...), Secret: slapd.ReaderPassword, Networks: loopback, Roots: pool, Now: time.Now}
}

// connector returns what asks a directory.
func connector(t *testing.T, d *slapd.Directory, change ...func(*oauthv1alpha1.LDAPProvider)) *ldap.Directory {
	t.Helper()
	c, err := ldap.New(options(t, d, change...))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// free lets every guess through.
func free(string) error { return nil }

// signIn signs in as a user, with the password that users have at the beginning.
func signIn(t *testing.T, c *ldap.Directory, username string) upstream.Account {
	t.Helper()
	account, err := c.Authenticate(t.Context(), username, username+"-password", free)
	if err != nil {
		t.Fatalf("%s: %v", username, err)
	}
	return account
}

const ada, bert = "uid=ada," + slapd.People, "uid=bert," + slapd.People

func TestConnectorSignsUsersIn(t *testing.T) {
	d := slapd.Start(t)
	for name, change := range map[string]func(*oauthv1alpha1.LDAPProvider){
		"ldaps":    func(*oauthv1alpha1.LDAPProvider) {},
		"StartTLS": func(p *oauthv1alpha1.LDAPProvider) { p.URL, p.StartTLS = d.Plain, true },
		"loopback": func(p *oauthv1alpha1.LDAPProvider) { p.URL = d.Plain },
	} {
		t.Run(name, func(t *testing.T) {
			c := connector(t, d, change, func(p *oauthv1alpha1.LDAPProvider) { p.Groups.Nested = 3 })
			account := signIn(t, c, "ada")
			if account.Username != "ada" || account.DisplayName != "Ada Lovelace" || account.Email != "ada@example.com" || account.EmailVerified {
				t.Errorf("%+v", account)
			}
			if len(account.ID) != 36 || !slices.Equal(account.AMR, []string{"pwd"}) {
				t.Errorf("ID %q, amr %v", account.ID, account.AMR)
			}
			if want := []string{"engineering", "everybody", "platform"}; !slices.Equal(account.Groups, want) {
				t.Errorf("groups %v", account.Groups)
			}
			again, err := c.Again(t.Context(), account)
			if err != nil || again.ID != account.ID || !slices.Equal(again.Groups, account.Groups) || again.Username != "ada" {
				t.Errorf("again: %+v, %v", again, err)
			}
		})
	}
}

func TestConnectorNestsAsDeepAsToldTo(t *testing.T) {
	d := slapd.Start(t)
	for nested, want := range []string{"platform", "engineering platform", "engineering everybody platform", "engineering everybody platform"} {
		c := connector(t, d, func(p *oauthv1alpha1.LDAPProvider) { p.Groups.Nested = int32(nested) })
		if got := strings.Join(signIn(t, c, "ada").Groups, " "); got != want {
			t.Errorf("nested %d: %s", nested, got)
		}
	}
}

// TestConnectorRefusesWhatIsNoPassword, or no name of one user.
func TestConnectorRefusesWhatIsNoPassword(t *testing.T) {
	d := slapd.Start(t)
	d.Add(t, "cn=twin,"+slapd.People, []string{"inetOrgPerson"}, map[string]string{"cn": "twin", "sn": "t", "mail": "twin@example.com", "uid": "twin", "userPassword": "twin-password"})
	d.Add(t, "sn=twin,"+slapd.People, []string{"inetOrgPerson"}, map[string]string{"cn": "twin", "sn": "twin", "mail": "twin2@example.com", "uid": "twin", "userPassword": "twin-password"})
	c := connector(t, d)
	for sentence, test := range map[string]struct{ username, password string }{
		"a wrong password":            {"ada", "bert-password"},
		"an unknown name":             {"zoe", "ada-password"},
		"no password":                 {"ada", ""},
		"no name":                     {"", "ada-password"},
		"a password of 10 KiB":        {"ada", strings.Repeat("a", 10<<10)},
		"a name of 10 KiB":            {strings.Repeat("a", 10<<10), "ada-password"},
		"any name":                    {"*", "ada-password"},
		"a beginning of a name":       {"ad*", "ada-password"},
		"the end of the filter":       {"ada)(uid=*", "ada-password"},
		"another filter":              {")(uid=*", "ada-password"},
		"a name that ends early":      {"ada\x00", "ada-password"},
		"a name that is no UTF-8":     {"ada\xff", "ada-password"},
		"an escape":                   {`\61da`, "ada-password"},
		"the name of an entry":        {ada, "ada-password"},
		"a place":                     {"{login}", "ada-password"},
		"a name of two":               {"twin", "twin-password"},
		"the account that searches":   {"reader", slapd.ReaderPassword},
		"a password that ends early":  {"ada", "ada-password\x00"},
		"a password in another case":  {"ada", "Ada-Password"},
		"a password with a space":     {"ada", "ada-password "},
		"an e-mail address":           {"ada@example.com", "ada-password"},
		"a line break after the name": {"bert\n", "ada-password"},
	} {
		t.Run(sentence, func(t *testing.T) {
			account, err := c.Authenticate(t.Context(), test.username, test.password, free)
			if !errors.Is(err, upstream.ErrWrong) || account.ID != "" {
				t.Errorf("%+v, %v", account, err)
			}
		})
	}
	signIn(t, c, "ada")
}

// TestConnectorAsksBeforeItGuesses: a name that has many spellings is one account.
func TestConnectorAsksBeforeItGuesses(t *testing.T) {
	d := slapd.Start(t)
	c := connector(t, d)
	account := signIn(t, c, "ada")
	stop := errors.New("enough")
	for _, spelling := range []string{"ada", "ADA", " ada", "aDa"} {
		before := strings.Count(d.Log(t), ` BIND dn="`+ada+`" method`)
		var asked []string
		_, err := c.Authenticate(t.Context(), spelling, "ada-password", func(id string) error {
			asked = append(asked, id)
			return stop
		})
		if !errors.Is(err, stop) || !slices.Equal(asked, []string{account.ID}) {
			t.Errorf("%q: %v, %v", spelling, asked, err)
		}
		if after := strings.Count(d.Log(t), ` BIND dn="`+ada+`" method`); after != before {
			t.Errorf("%q: the password was sent", spelling)
		}
	}
	// What is refused as wrong looks to the directory like a name that nobody has.
	nobody := regexp.MustCompile(` BIND dn="cn=[A-Z0-9]+,` + regexp.QuoteMeta(slapd.People) + `" method`)
	before := len(nobody.FindAllString(d.Log(t), -1))
	refused := func(string) error { return upstream.ErrWrong }
	if _, err := c.Authenticate(t.Context(), "ada", "ada-password", refused); !errors.Is(err, upstream.ErrWrong) {
		t.Errorf("a guess that is wrong: %v", err)
	}
	if len(nobody.FindAllString(d.Log(t), -1)) == before {
		t.Error("it takes less time than a name that nobody has")
	}
}

func TestConnectorKeepsTheSubjectOfAnAccount(t *testing.T) {
	d := slapd.Start(t)
	c := connector(t, d)
	first := signIn(t, c, "ada")
	d.Move(t, ada, "uid=countess", "")
	d.Set(t, "uid=countess,"+slapd.People, "mail", "countess@example.com")
	renamed, err := c.Again(t.Context(), first)
	if err != nil || renamed.ID != first.ID || renamed.Username != "countess" || renamed.Email != "countess@example.com" {
		t.Errorf("renamed: %+v, %v", renamed, err)
	}
	d.Add(t, ada, []string{"inetOrgPerson"}, map[string]string{"uid": "ada", "cn": "Another Ada", "sn": "A", "userPassword": "ada-password"})
	if second := signIn(t, c, "ada"); second.ID == first.ID || second.DisplayName != "Another Ada" {
		t.Errorf("a recycled name is %+v", second)
	}
	d.Remove(t, "uid=countess,"+slapd.People)
	if _, err := c.Again(t.Context(), first); !errors.Is(err, upstream.ErrGone) {
		t.Errorf("removed: %v", err)
	}
	d.Move(t, ada, "uid=ada", "ou=left,"+slapd.Suffix)
	if _, err := c.Authenticate(t.Context(), "ada", "ada-password", free); !errors.Is(err, upstream.ErrWrong) {
		t.Errorf("moved out of ldap.users.base: %v", err)
	}
}
