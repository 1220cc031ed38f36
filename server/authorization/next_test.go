package authorization

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
func signed(change ...func(*facts)) facts {
	f := facts{
		request:  &request.Request{Scopes: []string{"openid"}},
		client:   clientspec.Interactive{Consent: oauthv1alpha1.ConsentRemember},
		admits:   true,
		login:    &logins.Login{Subject: "local:alice", AuthTime: noon.Add(-time.Hour)},
		person:   &identity.Person{Subject: "local:alice"},
		subjects: []string{"local:alice", "pairwise:alice"},
		consent:  &consents.Consent{Access: consents.Access{Scopes: []string{"openid"}}, ExpiresAt: noon.Add(time.Hour)},
		now:      noon,
	}
	for _, c := range change {
		c(&f)
	}
	f.asks = f.request.Asks(&clients.Client{})
	return f
}

func nobody(f *facts)    { f.login, f.person = nil, nil }
func gone(f *facts)      { f.person = nil }
func none(f *facts)      { f.request.None = true }
func login(f *facts)     { f.request.Login = true }
func ask(f *facts)       { f.request.Consent = true }
func fresh(f *facts)     { f.signedIn = true }
func shut(f *facts)      { f.admits = false }
func unasked(f *facts)   { f.consent = nil }
func withdrawn(f *facts) { f.consent.Withdrawn = true }
func lapsed(f *facts)    { f.consent.ExpiresAt = noon }
func more(f *facts)      { f.request.Scopes = append(f.request.Scopes, "email") }
func claim(f *facts)     { f.request.AskedScopes = []string{"email"} }
func refreshes(f *facts) { f.request.Refreshes = true }
func payroll(f *facts)   { f.request.Audiences = []string{"https://payroll.example"} }
func paid(f *facts)      { f.consent.Audiences = []string{"https://payroll.example"} }
func offline(f *facts)   { f.request.Scopes = append(f.request.Scopes, "offline_access") }
func pure(f *facts)      { f.request.Scopes = nil }
func stays(f *facts) {
	f.consent.Scopes, f.consent.Offline = append(f.consent.Scopes, "offline_access"), true
}
func stayed(f *facts)  { f.consent.Scopes = append(f.consent.Scopes, "offline_access") }
func prompts(f *facts) { f.client.Consent = oauthv1alpha1.ConsentPrompt }
func skips(f *facts)   { f.client.Consent = oauthv1alpha1.ConsentSkip }
func bob(f *facts)     { f.request.Subject = "local:bob" }
func alice(f *facts)   { f.request.Subject = "local:alice" }

func maxAge(age time.Duration) func(*facts) {
	return func(f *facts) { f.request.MaxAge = &age }
}

func said(at int64) func(*facts) { return func(f *facts) { f.login.Said = at } }

func TestNext(t *testing.T) {
	tests := map[string]struct {
		facts facts
		step  step
		code  string
	}{
		"who is signed in and has agreed goes back at once":         {signed(), stepIssue, ""},
		"also without being shown anything":                         {signed(none), stepIssue, ""},
		"nobody is signed in":                                       {signed(nobody), stepSignIn, ""},
		"nobody is, and nothing may be shown":                       {signed(nobody, none), 0, "login_required"},
		"the person was disabled":                                   {signed(gone), stepSignIn, ""},
		"a login is demanded":                                       {signed(login), stepSignIn, ""},
		"a login was demanded and has happened":                     {signed(login, fresh), stepIssue, ""},
		"the login is older than allowed":                           {signed(maxAge(59 * time.Minute)), stepSignIn, ""},
		"the login is as old as allowed":                            {signed(maxAge(time.Hour)), stepIssue, ""},
		"no age at all is allowed":                                  {signed(maxAge(0)), stepSignIn, ""},
		"no age at all was allowed, and the login is of now":        {signed(maxAge(0), fresh), stepIssue, ""},
		"the login at the provider is older than allowed":           {signed(maxAge(time.Hour), said(noon.Add(-2*time.Hour).Unix())), stepSignIn, ""},
		"the login at the provider is as old as allowed":            {signed(maxAge(2*time.Hour), said(noon.Add(-2*time.Hour).Unix())), stepIssue, ""},
		"the provider does not say when the login was":              {signed(maxAge(2*time.Hour), said(identity.Unsaid)), stepSignIn, ""},
		"it does not say, and nothing may be shown":                 {signed(maxAge(2*time.Hour), said(identity.Unsaid), none), 0, "login_required"},
		"it does not say, and no age is bounded":                    {signed(said(identity.Unsaid)), stepIssue, ""},
		"the login is too old and nothing may be shown":             {signed(maxAge(0), none), 0, "login_required"},
		"the request names somebody else":                           {signed(bob), stepSignIn, ""},
		"the request names somebody else, and nothing may be asked": {signed(bob, none), 0, "login_required"},
		"somebody else signed in than the request names":            {signed(bob, fresh), 0, "login_required"},
		"the request names who is signed in":                        {signed(alice), stepIssue, ""},
		"the application admits somebody else":                      {signed(shut), 0, "access_denied"},
		"nobody has agreed":                                         {signed(unasked), stepConsent, ""},
		"nobody has agreed, and nothing may be shown":               {signed(unasked, none), 0, "consent_required"},
		"the consent was withdrawn":                                 {signed(withdrawn), stepConsent, ""},
		"the consent has expired":                                   {signed(lapsed), stepConsent, ""},
		"the request wants more than was agreed to":                 {signed(more), stepConsent, ""},
		"a single claim is more, too":                               {signed(claim), stepConsent, ""},
		"an audience is more":                                       {signed(payroll), stepConsent, ""},
		"an audience is more, and nothing may be shown":             {signed(payroll, none), 0, "consent_required"},
		"an audience that was agreed to":                            {signed(payroll, paid, none), stepIssue, ""},
		"no audience, after agreeing to one":                        {signed(paid, none), stepIssue, ""},
		"the access will outlive the login":                         {signed(refreshes, offline, stayed), stepConsent, ""},
		"the access will outlive the login, silently":               {signed(refreshes, offline, stayed, none), 0, "consent_required"},
		"that it outlives the login was agreed to":                  {signed(refreshes, offline, stays, none), stepIssue, ""},
		"the access ends with the login":                            {signed(refreshes, none), stepIssue, ""},
		"OAuth alone outlives the login, too":                       {signed(refreshes, pure, none), 0, "consent_required"},
		"OAuth alone without refresh tokens":                        {signed(pure, none), stepIssue, ""},
		"OAuth alone, after agreeing to offline_access":             {signed(refreshes, pure, stays, none), stepIssue, ""},
		"the application asks nobody for audiences either":          {signed(skips, payroll, refreshes, pure, none), stepIssue, ""},
		"the request demands to ask again":                          {signed(ask), stepConsent, ""},
		"the application asks every time":                           {signed(prompts), stepConsent, ""},
		"the application asks every time, which may not be":         {signed(prompts, none), 0, "consent_required"},
		"the application asks nobody":                               {signed(skips, unasked), stepIssue, ""},
		"the application asks nobody, and nothing may be shown":     {signed(skips, unasked, none), stepIssue, ""},
		"the application asks nobody, but the request demands it":   {signed(skips, ask), stepConsent, ""},
		"who is asked nothing signs in all the same":                {signed(skips, nobody), stepSignIn, ""},
		"who is asked nothing and nobody signed in, silently":       {signed(skips, nobody, none), 0, "login_required"},
		"who is asked nothing must be let in all the same":          {signed(skips, shut), 0, "access_denied"},
		"signing in comes before agreeing":                          {signed(nobody, unasked), stepSignIn, ""},
		"who may not come in is not asked":                          {signed(shut, unasked), 0, "access_denied"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := next(test.facts)
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
