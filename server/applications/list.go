package applications

import (
	"net/url"
	"strings"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/ui"
)

// perPage is how many applications a page has.
const perPage = 50

// list returns the page that a user asks for. A number behind the last page is that of the
// last page: applications may have gone since the link was made.
func list(all []*clients.Client, person *identity.Person, a asked) ui.Applications {
	page := ui.Applications{Query: a.query, Pages: 1}
	wanted := strings.ToLower(a.query)
	var mine []*clients.Client
	admitted := 0
	for _, client := range all {
		if !client.Admits(person) {
			continue
		}
		admitted++
		if wanted == "" || matches(client, wanted) {
			mine = append(mine, client)
		}
	}
	page.Searchable = admitted > perPage || a.query != ""
	page.Pages = max(1, (len(mine)+perPage-1)/perPage)
	page.Number = min(a.number, page.Pages)
	if page.Number > 1 {
		page.PreviousURI = a.at(page.Number - 1)
	}
	if page.Number < page.Pages {
		page.NextURI = a.at(page.Number + 1)
	}
	for _, client := range mine[(page.Number-1)*perPage : min(len(mine), page.Number*perPage)] {
		page.Listed = append(page.Listed, ui.Listed{Application: flow.Application(client), Host: host(client)})
	}
	return page
}

func matches(client *clients.Client, wanted string) bool {
	return strings.Contains(strings.ToLower(client.People().DisplayName), wanted) || strings.Contains(host(client), wanted)
}

// host is where the link of a client leads.
func host(client *clients.Client) string {
	u, err := url.Parse(client.People().ClientURI)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
