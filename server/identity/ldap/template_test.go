package ldap

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestTemplates(t *testing.T) {
	for filter, anyone := range map[string]string{
		"(uid={login})":                            "(uid=*)",
		"(|(uid={login})(mail={login}))":           "(|(uid=*)(mail=*))",
		"(mail={login}@example.com)":               "(mail=*@example.com)",
		"(&(uidNumber>=1000)(cn;lang-de={login}))": "(&(uidNumber>=1000)(cn;lang-de=*))",
	} {
		got, err := parseTemplates(&oauthv1alpha1.LDAPProvider{Users: oauthv1alpha1.LDAPUsers{Filter: filter}})
		if err != nil || got.anyone != anyone {
			t.Errorf("%s: %q, %v", filter, got.anyone, err)
		}
	}
	for _, filter := range []string{"(uid>={login})", "(uid~={login})", "(uid:caseExactMatch:={login})", "({login}=uid)", "(uid={login}", "(uid={login}))", "{login}", "(|(uid={login})(cn<={login}))"} {
		if got, err := parseTemplates(&oauthv1alpha1.LDAPProvider{Users: oauthv1alpha1.LDAPUsers{Filter: filter}}); err == nil {
			t.Errorf("%s: %+v", filter, got)
		}
	}
	for _, bad := range []oauthv1alpha1.LDAPProvider{
		{Users: oauthv1alpha1.LDAPUsers{Filter: "(uid={login})", Active: "(a=b"}},
		{Users: oauthv1alpha1.LDAPUsers{Filter: "(uid={login})"}, Groups: &oauthv1alpha1.LDAPGroups{Filter: "(member={dn}"}},
	} {
		if _, err := parseTemplates(&bad); err == nil {
			t.Errorf("%+v", bad)
		}
	}
}

func TestFill(t *testing.T) {
	for _, test := range []struct{ filter, login, want string }{
		{"(uid={login})", "ada", "(uid=ada)"},
		{"(uid={login})", "*", `(uid=\2a)`},
		{"(uid={login})", `a)(uid=*\`, `(uid=a\29\28uid=\2a\5c)`},
		{"(uid={login})", "a\x00b", `(uid=a\00b)`},
		{"(uid={login})", "\u00e4", `(uid=\c3\a4)`},
		{"(|(uid={login})(mail={login}))", "{login}", "(|(uid={login})(mail={login}))"},
	} {
		if got := fill(test.filter, loginPlace, test.login); got != test.want {
			t.Errorf("%q in %s is %s", test.login, test.filter, got)
		}
	}
	if got := fill("(|(member={dn})(memberUid={username}))", dnPlace, `cn=a\, {username}`, usernamePlace, "u"); got != `(|(member=cn=a\5c, {username})(memberUid=u))` {
		t.Error(got)
	}
}

func TestGUID(t *testing.T) {
	raw := []byte{0x2a, 0x28, 0x5c, 0, 0x29, 0xff, 7, 0x40, 0x8a, 0xbc, 1, 2, 3, 4, 5, 6}
	const text = "005c282a-ff29-4007-8abc-010203040506"
	if got := guidText(raw); got != text {
		t.Error(got)
	}
	if got, err := guidBytes(text); err != nil || got != string(raw) {
		t.Errorf("%x, %v", got, err)
	}
}
