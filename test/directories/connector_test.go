package directories

import (
	"errors"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	ldapclient "github.com/go-ldap/ldap/v3"

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

// TestConnectorSeesWhoIsShutOut at sign-in with the right password, and later.
func TestConnectorSeesWhoIsShutOut(t *testing.T) {
	d := slapd.Start(t)
	d.Set(t, bert, "objectClass", "inetOrgPerson", "directoryAccount")
	c := connector(t, d, func(p *oauthv1alpha1.LDAPProvider) {
		p.Users.Active = "(!(employeeType=left))"
		p.Users.Filter = "(&(|(uid={login})(mail={login}))(!(title=guest)))"
	})
	known := signIn(t, c, "bert")
	if byMail, err := c.Authenticate(t.Context(), "bert@example.com", "bert-password", free); err != nil || byMail.ID != known.ID {
		t.Errorf("by e-mail address: %+v, %v", byMail, err)
	}
	windows := func(at time.Time) string {
		return strconv.FormatInt(at.UnixNano()/100+116444736000000000, 10)
	}
	for sentence, test := range map[string]struct {
		attribute, value string
		atSignIn, later  error
	}{
		"disabled in Active Directory":      {"userAccountControl", "514", upstream.ErrGone, upstream.ErrGone},
		"enabled in Active Directory":       {"userAccountControl", "512", nil, nil},
		"expired in Active Directory":       {"accountExpires", windows(time.Now().Add(-time.Hour)), upstream.ErrGone, upstream.ErrGone},
		"not yet expired":                   {"accountExpires", windows(time.Now().Add(time.Hour)), nil, nil},
		"never expires":                     {"accountExpires", "9223372036854775807", nil, nil},
		"never expires, either":             {"accountExpires", "0", nil, nil},
		"disabled in 389 Directory Server":  {"nsAccountLock", "TRUE", upstream.ErrGone, upstream.ErrGone},
		"enabled in 389 Directory Server":   {"nsAccountLock", "false", nil, nil},
		"locked by the administrator":       {"pwdAccountLockedTime", "000001010000Z", upstream.ErrGone, upstream.ErrGone},
		"not what ldap.users.active finds":  {"employeeType", "left", upstream.ErrGone, upstream.ErrGone},
		"what ldap.users.active finds":      {"employeeType", "staff", nil, nil},
		"not what ldap.users.filter finds":  {"title", "guest", upstream.ErrWrong, upstream.ErrGone},
		"the password must be changed here": {"pwdReset", "TRUE", upstream.ErrGone, upstream.ErrGone},
		"the password has ended":            {"pwdEndTime", "20260102030405Z", upstream.ErrWrong, upstream.ErrGone},
		"the password ends some day":        {"pwdEndTime", "29990102030405Z", nil, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			d.Set(t, bert, test.attribute, test.value)
			defer d.Set(t, bert, test.attribute)
			if _, err := c.Authenticate(t.Context(), "bert", "bert-password", free); !errors.Is(err, test.atSignIn) {
				t.Errorf("at sign-in: %v", err)
			}
			if _, err := c.Authenticate(t.Context(), "bert", "wrong", free); !errors.Is(err, upstream.ErrWrong) {
				t.Errorf("a stranger learns: %v", err)
			}
			if _, err := c.Again(t.Context(), known); !errors.Is(err, test.later) {
				t.Errorf("later: %v", err)
			}
		})
	}
	signIn(t, c, "bert")
}

// TestConnectorIsNotFooledByLocks: who guesses passwords locks nobody out who is in already.
func TestConnectorIsNotFooledByLocks(t *testing.T) {
	d := slapd.Start(t)
	d.Set(t, "cn=policy,"+slapd.Suffix, "pwdLockout", "TRUE")
	d.Set(t, "cn=policy,"+slapd.Suffix, "pwdMaxFailure", "2")
	c := connector(t, d)
	known := signIn(t, c, "ada")
	for range 3 {
		if _, err := c.Authenticate(t.Context(), "ada", "wrong", free); !errors.Is(err, upstream.ErrWrong) {
			t.Fatal(err)
		}
	}
	if _, err := c.Authenticate(t.Context(), "ada", "ada-password", free); !errors.Is(err, upstream.ErrWrong) {
		t.Errorf("the directory has not locked the account: %v", err)
	}
	if _, err := c.Again(t.Context(), known); err != nil {
		t.Error(err)
	}
}

// TestConnectorKnowsActiveDirectory by its attributes.
func TestConnectorKnowsActiveDirectory(t *testing.T) {
	d := slapd.Start(t)
	guid := "\x2a\x28\x5c\x00\x29\xff\x07\x40\x8a\xbc\x01\x02\x03\x04\x05\x06"
	d.Set(t, bert, "objectClass", "inetOrgPerson", "directoryAccount")
	d.Set(t, bert, "objectGUID", guid)
	d.Set(t, bert, "sAMAccountName", "EXAMPLE-bert")
	d.Set(t, bert, "userAccountControl", "512")
	c := connector(t, d, func(p *oauthv1alpha1.LDAPProvider) {
		p.Users.ID, p.Users.Username, p.Users.Filter = "objectGUID", "sAMAccountName", "(sAMAccountName={login})"
	})
	account, err := c.Authenticate(t.Context(), "example-bert", "bert-password", free)
	if err != nil || account.ID != "005c282a-ff29-4007-8abc-010203040506" || account.Username != "EXAMPLE-bert" {
		t.Fatalf("%+v, %v", account, err)
	}
	if again, err := c.Again(t.Context(), account); err != nil || again.ID != account.ID {
		t.Errorf("again: %+v, %v", again, err)
	}
	d.Set(t, bert, "pwdLastSet", "0")
	if _, err := c.Again(t.Context(), account); !errors.Is(err, upstream.ErrGone) {
		t.Errorf("the password must be changed: %v", err)
	}
	for _, id := range []string{"005c282a", "", "*", "005c282a-ff29-4007-8abc-01020304050g", account.ID + "-"} {
		if _, err := c.Again(t.Context(), upstream.Account{ID: id}); !errors.Is(err, upstream.ErrGone) {
			t.Errorf("ID %q: %v", id, err)
		}
	}
}

// TestConnectorSaysWhatIsWrongWithADirectory to who runs it, and nothing of that to users.
func TestConnectorSaysWhatIsWrongWithADirectory(t *testing.T) {
	d := slapd.Start(t)
	o := func(change func(*ldap.Options)) ldap.Options {
		options := options(t, d)
		change(&options)
		return options
	}
	for sentence, test := range map[string]struct {
		options ldap.Options
		want    string
	}{
		"another authority":     {o(func(o *ldap.Options) { o.Roots = nil }), "certificate"},
		"a wrong password":      {o(func(o *ldap.Options) { o.Secret = "wrong" }), "bind as bindDN: it answers 49"},
		"a network that is not": {o(func(o *ldap.Options) { o.Networks = func() []netip.Prefix { return nil } }), "spec.outbound.networks"},
		"no entry there":        {options(t, d, func(p *oauthv1alpha1.LDAPProvider) { p.Users.Base = "ou=none," + slapd.Suffix }), "it answers 32"},
		"no such ID":            {options(t, d, func(p *oauthv1alpha1.LDAPProvider) { p.Users.ID = "employeeNumber" }), "ldap.users.id"},
		"no TLS there":          {options(t, d, func(p *oauthv1alpha1.LDAPProvider) { p.URL = strings.Replace(d.Plain, "ldap:", "ldaps:", 1) }), "encrypt"},
		"no groups there":       {options(t, d, func(p *oauthv1alpha1.LDAPProvider) { p.Groups.Base = "ou=none," + slapd.Suffix }), "it answers 32"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c, err := ldap.New(test.options)
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Authenticate(t.Context(), "ada", "ada-password", free)
			if err == nil || errors.Is(err, upstream.ErrWrong) || errors.Is(err, upstream.ErrGone) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("at sign-in: %v", err)
			}
			if err != nil && (strings.Contains(err.Error(), "password") || strings.Contains(err.Error(), "wrong")) {
				t.Errorf("it tells a password: %v", err)
			}
		})
	}
}

// TestConnectorWithoutAnAccount searches as strangers do, who find nothing here.
func TestConnectorWithoutAnAccount(t *testing.T) {
	d := slapd.Start(t)
	c := connector(t, d, func(p *oauthv1alpha1.LDAPProvider) { p.BindDN, p.BindSecretRef = "", nil })
	if _, err := c.Authenticate(t.Context(), "ada", "ada-password", free); err == nil || errors.Is(err, upstream.ErrGone) {
		t.Errorf("%v", err)
	}
	if strings.Contains(d.Log(t), `BIND dn="`+slapd.Reader) {
		t.Error("it has an account")
	}
}

// TestConnectorOutlivesTheDirectory: connections that the directory closed are made again.
func TestConnectorOutlivesTheDirectory(t *testing.T) {
	d := slapd.Start(t)
	c := connector(t, d)
	known := signIn(t, c, "ada")
	d.Stop(t)
	if _, err := c.Again(t.Context(), known); err == nil || errors.Is(err, upstream.ErrGone) {
		t.Errorf("a directory that is away: %v", err)
	}
	if _, err := c.Authenticate(t.Context(), "ada", "ada-password", free); err == nil || errors.Is(err, upstream.ErrWrong) || errors.Is(err, upstream.ErrUnanswered) {
		t.Errorf("a directory that is away: %v", err)
	}
	d.Run(t)
	if _, err := c.Again(t.Context(), known); err != nil {
		t.Errorf("a directory that is back: %v", err)
	}
	thaw := d.Freeze(t)
	if _, err := c.Again(t.Context(), known); err == nil || errors.Is(err, upstream.ErrGone) || !strings.Contains(err.Error(), "within 5s") {
		t.Errorf("a directory that is slow: %v", err)
	}
	thaw()
	signIn(t, c, "ada")
}

// TestConnectorBoundsConnections: at most four at a time.
func TestConnectorBoundsConnections(t *testing.T) {
	d := slapd.Start(t)
	c := connector(t, d)
	known := signIn(t, c, "ada")
	results := make(chan error, 60)
	for n := range cap(results) {
		go func() {
			var err error
			if n%2 == 0 {
				_, err = c.Authenticate(t.Context(), "ada", "ada-password", free)
			} else {
				_, err = c.Again(t.Context(), known)
			}
			results <- err
		}()
	}
	for range cap(results) {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	open, most := map[string]bool{}, 0
	for line := range strings.Lines(d.Log(t)) {
		_, rest, found := strings.Cut(line, "conn=")
		if !found {
			continue
		}
		name, _, _ := strings.Cut(rest, " ")
		switch {
		case strings.Contains(line, " ACCEPT from"):
			open[name] = true
		case strings.Contains(line, " closed"):
			delete(open, name)
		}
		most = max(most, len(open))
	}
	// A connection that is closed here is open there for a moment longer.
	if most < 2 || most > 8 {
		t.Errorf("%d connections at once", most)
	}
}

// TestConnectorFollowsNoReferral to another directory.
func TestConnectorFollowsNoReferral(t *testing.T) {
	d, other := slapd.Start(t), slapd.Start(t)
	d.As(t, func(c *ldapclient.Conn) error {
		request := ldapclient.NewAddRequest("ou=elsewhere,"+slapd.People, []ldapclient.Control{ldapclient.NewControlManageDsaIT(true)})
		request.Attribute("objectClass", []string{"referral", "extensibleObject"})
		request.Attribute("ou", []string{"elsewhere"})
		request.Attribute("ref", []string{other.Plain + "/" + slapd.People})
		return c.Add(request)
	})
	before := strings.Count(other.Log(t), "ACCEPT")
	c := connector(t, d)
	signIn(t, c, "ada")
	if _, err := c.Authenticate(t.Context(), "zoe", "zoe-password", free); !errors.Is(err, upstream.ErrWrong) {
		t.Error(err)
	}
	if strings.Count(other.Log(t), "ACCEPT") != before {
		t.Error("the other directory was asked")
	}
}
