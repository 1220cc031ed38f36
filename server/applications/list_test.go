package applications

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/ui"
)

// wiki is a client of the start page.
func wiki(name, uri string, change ...func(*clientspec.Client)) *clients.Client {
	c := clientspec.Client{ID: "team." + name, Namespace: "team"}
	c.Interactive.DisplayName, c.Interactive.ClientURI, c.Interactive.Shown = name, uri, true
	for _, f := range change {
		f(&c)
	}
	return clients.New(c)
}

func forGroups(groups ...string) func(*clientspec.Client) {
	return func(c *clientspec.Client) { c.Interactive.Groups = groups }
}

func names(page ui.Applications) string {
	var out []string
	for _, one := range page.Listed {
		out = append(out, one.Name)
	}
	return strings.Join(out, " ")
}

func TestOnlyWhomAccessLetsIn(t *testing.T) {
	all := []*clients.Client{
		wiki("Budget", "https://budget.example.com", forGroups("finance", "board")),
		wiki("Mail", "https://mail.example.com:8443/inbox"),
		wiki("Office", "https://office.example.com", func(c *clientspec.Client) { c.Interactive.Providers = []string{"corp"} }),
		wiki("Payroll", "https://payroll.example.com", func(c *clientspec.Client) { c.Interactive.Users = []string{"bob"} }),
	}
	for name, tt := range map[string]struct {
		person identity.Person
		query  string
		want   string
	}{
		"of no group":                {identity.Person{Username: "alice"}, "", "Mail"},
		"of a group":                 {identity.Person{Username: "alice", Groups: []string{"staff", "finance"}}, "", "Budget Mail"},
		"by name":                    {identity.Person{Username: "bob"}, "", "Mail Payroll"},
		"a group of the same name":   {identity.Person{Username: "finance"}, "", "Mail"},
		"of a provider":              {identity.Person{Source: "corp", Username: "alice"}, "", "Mail Office"},
		"of another provider":        {identity.Person{Source: "github", Username: "alice"}, "", "Mail"},
		"search in names":            {identity.Person{Username: "bob"}, "pAY", "Payroll"},
		"search in hosts":            {identity.Person{Username: "bob"}, "mail.example.com:8443", "Mail"},
		"search finds nothing":       {identity.Person{Username: "bob"}, "wiki", ""},
		"search in what is not seen": {identity.Person{Username: "alice"}, "Payroll", ""},
	} {
		t.Run(name, func(t *testing.T) {
			page := list(all, &tt.person, asked{tt.query, 1})
			if got := names(page); got != tt.want || page.Pages != 1 || page.Searchable != (tt.query != "") {
				t.Errorf("listed are %q, pages %d, searchable %t", got, page.Pages, page.Searchable)
			}
		})
	}
}

func TestPagesOfManyApplications(t *testing.T) {
	var all []*clients.Client
	for n := range 5000 {
		all = append(all, wiki(fmt.Sprintf("app-%04d", n), "https://app.example.com"))
	}
	person := &identity.Person{Username: "alice"}
	for number, tt := range map[int]struct{ first, last, previous, next string }{
		1:   {"app-0000", "app-0049", "", "/applications?page=2"},
		2:   {"app-0050", "app-0099", "/applications", "/applications?page=3"},
		100: {"app-4950", "app-4999", "/applications?page=99", ""},
		101: {"app-4950", "app-4999", "/applications?page=99", ""},
	} {
		page := list(all, person, asked{number: number})
		if len(page.Listed) != perPage || page.Listed[0].Name != tt.first || page.Listed[perPage-1].Name != tt.last ||
			page.PreviousURI != tt.previous || page.NextURI != tt.next || page.Pages != 100 || !page.Searchable {
			t.Errorf("page %d: %d from %s, %q %q, page %d of %d", number, len(page.Listed), page.Listed[0].Name, page.PreviousURI, page.NextURI, page.Number, page.Pages)
		}
	}
	if page := list(all, person, asked{"app-1", 2}); page.PreviousURI != "/applications?q=app-1" || page.NextURI != "/applications?page=3&q=app-1" || page.Pages != 20 {
		t.Errorf("a search leads to %q and %q of %d", page.PreviousURI, page.NextURI, page.Pages)
	}
}

func TestWhatIsAskedFor(t *testing.T) {
	for query, want := range map[string]string{
		"":                                "/applications",
		"q=&page=":                        "/applications",
		"q=+a+&page=1":                    "/applications?q=a",
		"q=%C3%BC%26x%3D&page=7":          "/applications?page=7&q=%C3%BC%26x%3D",
		"page=0":                          "",
		"page=-1":                         "",
		"page=100001":                     "",
		"page=9999999999999999999999":     "",
		"page=2x":                         "",
		"q=" + strings.Repeat("a", 512):   "/applications?q=" + strings.Repeat("a", 512),
		"q=" + strings.Repeat("%C3", 513): "",
	} {
		form, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		a, err := parse(form)
		if (err == nil) != (want != "") || err == nil && a.path() != want {
			t.Errorf("%.40s: %q, %v", query, a.path(), err)
		}
	}
}

func FuzzWhatIsAskedForIsKept(f *testing.F) {
	f.Add("a b", "3")
	f.Add("\x00\xff&=;+%", "99999")
	f.Fuzz(func(t *testing.T, query, number string) {
		a, err := parse(url.Values{"q": {query}, "page": {number}})
		if err != nil {
			return
		}
		u, err := url.Parse(a.path())
		if err != nil {
			t.Fatal(err)
		}
		if again, err := parse(u.Query()); err != nil || again != a {
			t.Errorf("%+v becomes %+v, %v", a, again, err)
		}
	})
}

func TestHostsOfLinks(t *testing.T) {
	var got []string
	for _, uri := range []string{"https://App.example.com/a?b@c", "https://[2001:DB8::1]:8443", "http://localhost:3000/", "https://good.example?@evil.example"} {
		got = append(got, host(wiki("a", uri)))
	}
	if want := []string{"app.example.com", "[2001:db8::1]:8443", "localhost:3000", "good.example"}; !slices.Equal(got, want) {
		t.Errorf("the hosts are %v", got)
	}
}
