package ui

// Applications is the start page: the applications that a user may use, a page of them at a
// time, with a form that searches: input q.
type Applications struct {
	Person, Username string
	// Action is the page itself, AccountURI leads to the user's account.
	Action, AccountURI string
	Listed             []Listed
	// Searchable says that there are so many that a search helps; Query is what was
	// searched for.
	Searchable bool
	Query      string
	// PreviousURI and NextURI lead to the pages before and after this one, which is number
	// Number of Pages.
	PreviousURI, NextURI string
	Number, Pages        int
}

// Listed is one application of the start page. Host is where its link leads.
type Listed struct {
	Application
	Host string
}

func (Applications) template() string          { return "applications" }
func (Applications) application() *Application { return nil }
