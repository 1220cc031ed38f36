package directories

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	ldapclient "github.com/go-ldap/ldap/v3"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/ldap"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/test/slapd"
)

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
