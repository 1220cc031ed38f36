package browser

import (
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// samples returns pages with texts as applications and people may have them, typical
// and extreme. The base is the address of the server that shows them.
func samples(base string) map[string]ui.Page {
	wiki := ui.Application{
		Name: "Team Wiki", ID: "team-a.wiki", Namespace: "team-a", LogoURI: base + "/logo.svg",
		HomeURI: "https://wiki.example.com", PolicyURI: "https://wiki.example.com/privacy", TermsURI: "https://wiki.example.com/terms",
	}
	long := ui.Application{
		Name: strings.Repeat("Überlänge", 14), ID: strings.Repeat("long-", 25) + "id", Namespace: strings.Repeat("n", 63), LogoURI: base + "/missing.svg",
	}
	agent := ui.Application{Name: "Editor", ID: "https://editor.example/oauth/mcp-oauth-client-metadata", HomeURI: "https://editor.example"}
	stranger := ui.Application{Name: strings.Repeat("Überlänge", 11), ID: "https://" + strings.Repeat("a-long-label.", 12) + "example:65535/" + strings.Repeat("x", 100)}
	arabic := ui.Application{Name: "ويكي الفريق \u202e🎉", ID: "team-b.wiki", Namespace: "team-b"}
	access := ui.Access{
		Scopes: []ui.Scope{
			{Name: "openid", Description: "Know who you are"},
			{Name: "email", Description: "See your e-mail address"},
			{Name: "reports:read"},
		},
		Audiences: []ui.Audience{{Name: "https://payroll.example.com", DisplayName: "Payroll"}, {Name: "team-a.search"}},
		Offline:   true,
	}
	// One has all that an OAuthResource can say, another one as little as it can.
	resources := []ui.Audience{
		{
			Name: "https://tickets.support.apps.example.com/mcp", DisplayName: "Tickets",
			Scopes: []ui.Scope{{Name: "tickets.read", Description: "Read tickets"}, {Name: "tickets.write", Description: "Change tickets"}},
		},
		{Name: "https://notes.support.apps.example.com/" + strings.Repeat("a-long-path/", 15) + "mcp", Scopes: []ui.Scope{{Name: strings.Repeat("notes.", 20) + "read"}}},
		{Name: "support.search"},
	}
	hidden := []ui.Field{{Name: "request", Value: strings.Repeat("a1b2", 100)}}
	return map[string]ui.Page{
		"login":      ui.Login{Application: &wiki, Action: "/login", Hidden: hidden, CancelURI: "https://wiki.example.com/cb?error=access_denied", Host: "wiki.example.com"},
		"login-long": ui.Login{Application: &long, Action: "/login", Username: strings.Repeat("u", 128), CancelURI: "com.example.app:/cb"},
		"login-providers": ui.Login{
			Application: &wiki, Action: "/login", Hidden: hidden, Host: "wiki.example.com",
			Providers: []ui.Provider{{Name: "corp", DisplayName: "Corp SSO"}, {Name: "long", DisplayName: strings.Repeat("Überlänge", 14)}},
		},
		"login-directory": ui.Login{
			Application: &wiki, Action: "/login", Hidden: hidden, At: "Directory of Example", Username: "alice", Problem: "The username or the password is wrong.",
			Providers: []ui.Provider{{Name: "corp", DisplayName: "Corp SSO"}},
		},
		"login-elsewhere": ui.Login{
			Action: "/login", Purpose: "to see your account", NoPassword: true, Problem: texts.T("%s did not sign you in.", "Corp SSO"),
			Providers: []ui.Provider{{Name: "corp", DisplayName: "Corp SSO"}, {Name: "arabic", DisplayName: "ويكي الفريق"}},
		},
		"login-arabic": ui.Login{Application: &arabic, Action: "/login"},
		"consent":      ui.Consent{Application: wiki, Action: "/consent", Hidden: hidden, Person: "Alice Example", Username: "alice", Access: access, SwitchURI: "/login", Host: "wiki.example.com"},
		"consent-long": ui.Consent{
			Application: long, Action: "/consent", Person: strings.Repeat("Alexandra", 14), Username: strings.Repeat("u", 128), SwitchURI: "/login",
			Access: ui.Access{
				Scopes: []ui.Scope{{Name: strings.Repeat("scope", 25)}, {Name: "a", Description: strings.Repeat("A long description. ", 12)}},
				Audiences: []ui.Audience{
					{Name: "https://api.example.com/" + strings.Repeat("a", 480)},
					{Name: "https://api.example.com/" + strings.Repeat("b", 480), DisplayName: strings.Repeat("Überlänge", 14)},
				},
			},
		},
		"connect": ui.Connect{
			Action: "/connect/shop/calendar", Hidden: hidden, Person: "Alice Example", Username: "alice", SwitchURI: "/login", Namespace: "shop", Name: "calendar",
			Host: "accounts.google.com", TokenHost: "oauth2.googleapis.com", ClientID: "1234.apps.googleusercontent.com",
			Scopes: []string{"https://www.googleapis.com/auth/calendar.readonly"}, Parameters: []ui.Field{{Name: "access_type", Value: "offline"}},
		},
		"connect-long": ui.Connect{
			Action: "/connect/a/b", Person: strings.Repeat("Alexandra", 14), Username: strings.Repeat("u", 128), SwitchURI: "/login", Problem: "This has changed since you opened the page. Look at it again.",
			Namespace: strings.Repeat("n", 63), Name: strings.Repeat("t", 253), Host: strings.Repeat("a-long-label.", 18) + "example:65535", TokenHost: "id.example",
			Endpoint: "https://id.example/" + strings.Repeat("a", 300) + "?b=c", ClientID: strings.Repeat("c", 512), Scopes: []string{strings.Repeat("scope", 50), "read"},
			Parameters: []ui.Field{{Name: "claims", Value: strings.Repeat("{\"a\": 1}", 100)}, {Name: strings.Repeat("p", 64), Value: "ليلى \u202e"}},
		},
		"consent-arabic": ui.Consent{Application: arabic, Action: "/consent", Person: "ليلى", Username: "layla", SwitchURI: "/login"},
		"consent-device": ui.Consent{
			Application: wiki, Action: "/consent", Hidden: hidden, Person: "Alice Example", Username: "alice", Access: access, SwitchURI: "/login",
			Device: &ui.Device{
				Code: "WDJB-MJHT", Agent: "wiki-cli/2.1 (" + strings.Repeat("x", 26), Address: "2001:db8:1234:5678:9abc:def0:1234:5678",
				Began: time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC), Elsewhere: true,
			},
		},
		"consent-document": ui.Consent{
			Application: agent, Action: "/consent", Hidden: hidden, Person: "Alice Example", Username: "alice", Access: access, SwitchURI: "/login",
			Document: &ui.Document{Host: "editor.example", RedirectHost: "editor.example"},
		},
		"consent-loopback": ui.Consent{
			Application: stranger, Action: "/consent", Person: "Alice Example", Username: "alice", Access: access, SwitchURI: "/login",
			Document: &ui.Document{Host: strings.Repeat("a-long-label.", 12) + "example:65535", RedirectHost: "127.0.0.1:49152", Loopback: true},
		},
		"consent-resources": ui.Consent{
			Application: agent, Action: "/consent", Hidden: hidden, Person: "Alice Example", Username: "alice", SwitchURI: "/login",
			Document: &ui.Document{Host: "editor.example", RedirectHost: "127.0.0.1:49152", Loopback: true},
			Access:   ui.Access{Scopes: []ui.Scope{{Name: "openid", Description: "Know who you are"}}, Audiences: resources, Offline: true},
		},
		"device": ui.DeviceCode{
			Action: "/device", Hidden: hidden, Person: "Alice Example", Username: "alice", SwitchURI: "/login", Code: "WDJB-MJH",
			Problem: "A code has eight letters, such as WDJB-MJHT.",
		},
		"device-waits": ui.Note{Title: "Waiting for the device", Message: "It asks every few seconds. Leave this page open; it goes on by itself."},
		"formpost":     ui.FormPost{To: base + "/nothing", Fields: []ui.Field{{Name: "code", Value: "c"}, {Name: "submit", Value: "hides a method"}}},
		"account":      account(wiki, long, arabic, access),
		"applications": ui.Applications{
			Person: "Alice Example", Username: "alice", Action: "/applications", AccountURI: "/account", Number: 1, Pages: 1,
			Listed: []ui.Listed{
				{Application: ui.Application{Name: "Calendar", ID: "office.calendar", Namespace: "office", HomeURI: "https://calendar.example.com"}, Host: "calendar.example.com"},
				{Application: ui.Application{Name: "Dashboards", ID: "monitoring.grafana", Namespace: "monitoring", HomeURI: "https://grafana.example.com"}, Host: "grafana.example.com"},
				{Application: wiki, Host: "wiki.example.com"},
			},
		},
		"applications-long": ui.Applications{
			Person: "Alice Example", Username: "alice", Action: "/applications", AccountURI: "/account", Searchable: true, Query: "wiki",
			Listed: listed(wiki, arabic, long, stranger), Number: 2, Pages: 3, PreviousURI: "/applications?q=wiki", NextURI: "/applications?page=3&q=wiki",
		},
		"applications-none":  ui.Applications{Username: "alice", Action: "/applications", AccountURI: "/account", Searchable: true, Query: strings.Repeat("x", 128), Number: 1, Pages: 1},
		"applications-empty": ui.Applications{Username: "alice", Action: "/applications", AccountURI: "/account", Number: 1, Pages: 1},
		"account-empty":      ui.Account{Username: "alice", Action: "/account", SignOutURI: "/logout"},
	}
}

// listed are applications of the start page, each with a link.
func listed(applications ...ui.Application) []ui.Listed {
	var out []ui.Listed
	for _, one := range applications {
		one.HomeURI = "https://" + strings.Repeat("a-long-label.", 12) + "example:8443/"
		out = append(out, ui.Listed{Application: one, Host: strings.TrimSuffix(strings.TrimPrefix(one.HomeURI, "https://"), "/")})
	}
	out[0].HomeURI, out[0].Host = "https://wiki.example.com", "wiki.example.com"
	return out
}

func account(wiki, long, arabic ui.Application, access ui.Access) ui.Account {
	moment := time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)
	return ui.Account{
		Person: "Alice Example", Username: "alice", Action: "/account", SignOutURI: "/logout", StartURI: "/applications", Notice: "Team Blog has no access any more.",
		Logins: []ui.Session{
			{ID: "1", Started: moment, Expires: moment.AddDate(0, 0, 7), Current: true, Browser: "Firefox", System: "Windows"},
			{ID: "2", Started: moment.Add(-time.Hour), Expires: moment.AddDate(0, 0, 6)},
		},
		Applications: []ui.Allowed{
			{ID: "3", Application: wiki, Access: access, Since: moment},
			{ID: "4", Application: long, Access: ui.Access{Scopes: access.Scopes[:1]}, Since: moment},
			{ID: "5", Application: arabic, Since: moment},
		},
	}
}
