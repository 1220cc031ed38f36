package steps

import (
	"errors"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/logins"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// signed are the facts of Alice, who signed in an hour ago and has agreed to openid.
func signed(change ...func(*Facts)) Facts {
	f := Facts{
		Request:  &request.Request{Scopes: []string{"openid"}},
		Client:   clientspec.Interactive{Consent: oauthv1alpha1.ConsentRemember},
		Admits:   true,
		Login:    &logins.Login{Subject: "local:alice", AuthTime: noon.Add(-time.Hour)},
		Person:   &identity.Person{Subject: "local:alice"},
		Subjects: []string{"local:alice", "pairwise:alice"},
		Consent:  &consents.Consent{Access: consents.Access{Scopes: []string{"openid"}}, ExpiresAt: noon.Add(time.Hour)},
		Now:      noon,
	}
	for _, c := range change {
		c(&f)
	}
	f.Asks = f.Request.Asks(&clients.Client{})
	return f
}

func nobody(f *Facts)    { f.Login, f.Person = nil, nil }
func gone(f *Facts)      { f.Person = nil }
func none(f *Facts)      { f.Request.None = true }
func login(f *Facts)     { f.Request.Login = true }
func ask(f *Facts)       { f.Request.Consent = true }
func fresh(f *Facts)     { f.SignedIn = true }
func shut(f *Facts)      { f.Admits = false }
func unasked(f *Facts)   { f.Consent = nil }
func withdrawn(f *Facts) { f.Consent.Withdrawn = true }
func lapsed(f *Facts)    { f.Consent.ExpiresAt = noon }
func more(f *Facts)      { f.Request.Scopes = append(f.Request.Scopes, "email") }
func claim(f *Facts)     { f.Request.AskedScopes = []string{"email"} }
func refreshes(f *Facts) { f.Request.Refreshes = true }
func payroll(f *Facts)   { f.Request.Audiences = []string{"https://payroll.example"} }
func paid(f *Facts)      { f.Consent.Audiences = []string{"https://payroll.example"} }
func offline(f *Facts)   { f.Request.Scopes = append(f.Request.Scopes, "offline_access") }
func pure(f *Facts)      { f.Request.Scopes = nil }
func stays(f *Facts) {
	f.Consent.Scopes, f.Consent.Offline = append(f.Consent.Scopes, "offline_access"), true
}
func stayed(f *Facts)  { f.Consent.Scopes = append(f.Consent.Scopes, "offline_access") }
func prompts(f *Facts) { f.Client.Consent = oauthv1alpha1.ConsentPrompt }
func skips(f *Facts)   { f.Client.Consent = oauthv1alpha1.ConsentSkip }
func bob(f *Facts)     { f.Request.Subject = "local:bob" }
func alice(f *Facts)   { f.Request.Subject = "local:alice" }

func maxAge(age time.Duration) func(*Facts) {
	return func(f *Facts) { f.Request.MaxAge = &age }
}

func said(at int64) func(*Facts) { return func(f *Facts) { f.Login.Said = at } }

func TestNext(t *testing.T) {
	tests := map[string]struct {
		facts Facts
		step  Step
		code  string
	}{
		"who is signed in and has agreed goes back at once":         {signed(), Issue, ""},
		"also without being shown anything":                         {signed(none), Issue, ""},
		"nobody is signed in":                                       {signed(nobody), SignIn, ""},
		"nobody is, and nothing may be shown":                       {signed(nobody, none), 0, "login_required"},
		"the person was disabled":                                   {signed(gone), SignIn, ""},
		"a login is demanded":                                       {signed(login), SignIn, ""},
		"a login was demanded and has happened":                     {signed(login, fresh), Issue, ""},
		"the login is older than allowed":                           {signed(maxAge(59 * time.Minute)), SignIn, ""},
		"the login is as old as allowed":                            {signed(maxAge(time.Hour)), Issue, ""},
		"no age at all is allowed":                                  {signed(maxAge(0)), SignIn, ""},
		"no age at all was allowed, and the login is of now":        {signed(maxAge(0), fresh), Issue, ""},
		"the login at the provider is older than allowed":           {signed(maxAge(time.Hour), said(noon.Add(-2*time.Hour).Unix())), SignIn, ""},
		"the login at the provider is as old as allowed":            {signed(maxAge(2*time.Hour), said(noon.Add(-2*time.Hour).Unix())), Issue, ""},
		"the provider does not say when the login was":              {signed(maxAge(2*time.Hour), said(identity.Unsaid)), SignIn, ""},
		"it does not say, and nothing may be shown":                 {signed(maxAge(2*time.Hour), said(identity.Unsaid), none), 0, "login_required"},
		"it does not say, and no age is bounded":                    {signed(said(identity.Unsaid)), Issue, ""},
		"the login is too old and nothing may be shown":             {signed(maxAge(0), none), 0, "login_required"},
		"the request names somebody else":                           {signed(bob), SignIn, ""},
		"the request names somebody else, and nothing may be asked": {signed(bob, none), 0, "login_required"},
		"somebody else signed in than the request names":            {signed(bob, fresh), 0, "login_required"},
		"the request names who is signed in":                        {signed(alice), Issue, ""},
		"the application admits somebody else":                      {signed(shut), 0, "access_denied"},
		"nobody has agreed":                                         {signed(unasked), Consent, ""},
		"nobody has agreed, and nothing may be shown":               {signed(unasked, none), 0, "consent_required"},
		"the consent was withdrawn":                                 {signed(withdrawn), Consent, ""},
		"the consent has expired":                                   {signed(lapsed), Consent, ""},
		"the request wants more than was agreed to":                 {signed(more), Consent, ""},
		"a single claim is more, too":                               {signed(claim), Consent, ""},
		"an audience is more":                                       {signed(payroll), Consent, ""},
		"an audience is more, and nothing may be shown":             {signed(payroll, none), 0, "consent_required"},
		"an audience that was agreed to":                            {signed(payroll, paid, none), Issue, ""},
		"no audience, after agreeing to one":                        {signed(paid, none), Issue, ""},
		"the access will outlive the login":                         {signed(refreshes, offline, stayed), Consent, ""},
		"the access will outlive the login, silently":               {signed(refreshes, offline, stayed, none), 0, "consent_required"},
		"that it outlives the login was agreed to":                  {signed(refreshes, offline, stays, none), Issue, ""},
		"the access ends with the login":                            {signed(refreshes, none), Issue, ""},
		"OAuth alone outlives the login, too":                       {signed(refreshes, pure, none), 0, "consent_required"},
		"OAuth alone without refresh tokens":                        {signed(pure, none), Issue, ""},
		"OAuth alone, after agreeing to offline_access":             {signed(refreshes, pure, stays, none), Issue, ""},
		"the application asks nobody for audiences either":          {signed(skips, payroll, refreshes, pure, none), Issue, ""},
		"the request demands to ask again":                          {signed(ask), Consent, ""},
		"the application asks every time":                           {signed(prompts), Consent, ""},
		"the application asks every time, which may not be":         {signed(prompts, none), 0, "consent_required"},
		"the application asks nobody":                               {signed(skips, unasked), Issue, ""},
		"the application asks nobody, and nothing may be shown":     {signed(skips, unasked, none), Issue, ""},
		"the application asks nobody, but the request demands it":   {signed(skips, ask), Consent, ""},
		"who is asked nothing signs in all the same":                {signed(skips, nobody), SignIn, ""},
		"who is asked nothing and nobody signed in, silently":       {signed(skips, nobody, none), 0, "login_required"},
		"who is asked nothing must be let in all the same":          {signed(skips, shut), 0, "access_denied"},
		"signing in comes before agreeing":                          {signed(nobody, unasked), SignIn, ""},
		"who may not come in is not asked":                          {signed(shut, unasked), 0, "access_denied"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := Next(&test.facts)
			if codeOf(err) != test.code || err == nil && got != test.step {
				t.Errorf("step %d, error %q", got, codeOf(err))
			}
		})
	}
}

func codeOf(err error) string {
	if refusal, ok := errors.AsType[*httpx.Error](err); ok {
		return refusal.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
