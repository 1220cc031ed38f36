package browser

import "testing"

// input is what the scenarios of flows.mjs take.
type input struct {
	AuthorizeURL      string `json:"authorizeURL"`
	OtherAuthorizeURL string `json:"otherAuthorizeURL"`
	RedirectURI       string `json:"redirectURI"`
	Username          string `json:"username"`
	Password          string `json:"password"`
	LogoutURL         string `json:"logoutURL"`
	JavaScript        bool   `json:"javaScript"`
	Decision          string `json:"decision,omitempty"`
}

// screen is what a page says; see flows.mjs.
type screen struct {
	URL, Title, Heading, Problem, Text string
	Username, Password                 string
	Status                             int
	AsksPassword, AsksConsent          bool
}

// answer is what the application was told.
type answer map[string]string

// passage is a way from a request to an answer, and what was asked on it.
type passage struct {
	Asked  []string
	Answer answer
}

// stubbed returns the input for a stub whose application is on another origin.
func stubbed(t *testing.T) input {
	t.Helper()
	redirectURI := other(t) + "callback"
	s := newStub(t, redirectURI)
	return input{
		AuthorizeURL: s.URL + "/authorize?state=one", OtherAuthorizeURL: s.URL + "/authorize?state=two", RedirectURI: redirectURI,
		LogoutURL: s.URL + "/logout", Username: "alice", Password: "right", JavaScript: true,
	}
}

func TestThePagesLeadThroughASignIn(t *testing.T) {
	t.Parallel()
	for name, javaScript := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := stubbed(t)
			in.JavaScript = javaScript
			var allowed struct{ First, Second passage }
			play(t, "allow", in, &allowed)
			if len(allowed.First.Asked) != 2 || allowed.First.Answer["code"] != "c" || allowed.First.Answer["state"] != "one" {
				t.Errorf("the first time: %+v", allowed.First)
			}
			if len(allowed.Second.Asked) != 0 || allowed.Second.Answer["state"] != "two" {
				t.Errorf("the second time: %+v", allowed.Second)
			}
			var denied struct {
				Consent screen
				Answer  answer
			}
			play(t, "deny", in, &denied)
			if !denied.Consent.AsksConsent || denied.Answer["error"] != "access_denied" {
				t.Errorf("denied: %+v", denied)
			}
		})
	}
}

func TestTheScenariosSeeWhatGoesWrong(t *testing.T) {
	t.Parallel()
	in := stubbed(t)
	var wrong struct {
		Refused screen
		Answer  answer
	}
	play(t, "wrongPassword", in, &wrong)
	if r := wrong.Refused; r.Status != 401 || r.Problem == "" || r.Username != "alice" || r.Password != "" || wrong.Answer["code"] != "c" {
		t.Errorf("a wrong password: %+v", wrong)
	}
	var expired struct{ WithoutCookies, Altered screen }
	play(t, "expired", in, &expired)
	if expired.WithoutCookies.Status != 400 || expired.Altered.Status != 400 || expired.Altered.AsksPassword {
		t.Errorf("expired pages: %+v", expired)
	}
	var foreign struct {
		Screen  screen
		Arrived bool
	}
	play(t, "otherBrowser", in, &foreign)
	if foreign.Screen.Status != 400 || foreign.Arrived {
		t.Errorf("another browser's form: %+v", foreign)
	}
}

func TestTheScenariosUseTabsAndSignOut(t *testing.T) {
	t.Parallel()
	in := stubbed(t)
	var tabs struct{ Answers []answer }
	play(t, "twoTabs", in, &tabs)
	if len(tabs.Answers) != 2 || tabs.Answers[0]["state"] != "one" || tabs.Answers[1]["state"] != "two" {
		t.Errorf("two tabs: %v", tabs.Answers)
	}
	for decision, asks := range map[string]bool{"allow": true, "deny": false} {
		in.Decision = decision
		var out struct{ Asked, Done, Again screen }
		play(t, "signOut", in, &out)
		if out.Asked.Heading == "" || out.Done.Status != 200 || out.Again.AsksPassword != asks {
			t.Errorf("signing out with %s: %+v", decision, out)
		}
	}
}
