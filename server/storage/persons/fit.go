package persons

import (
	"encoding/json"

	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// maxAccount is how long an account may be, in bytes of JSON, so that it fits into an object when
// it is sealed.
const maxAccount = 46 << 10

// Fit returns an account that can be stored: if it is too long, Fit leaves out what is needed
// least, and in the end groups, beginning with the last.
func Fit(a upstream.Account) upstream.Account {
	for _, shorten := range []func(){
		func() {},
		func() { a.IDToken = "" },
		func() { a.Claims = nil },
		func() { a.DisplayName, a.Session = "", "" },
	} {
		if shorten(); length(a) <= maxAccount {
			return a
		}
	}
	for len(a.Groups) > 0 && length(a) > maxAccount {
		a.Groups = a.Groups[:len(a.Groups)*3/4]
	}
	return a
}

func length(a upstream.Account) int {
	text, err := json.Marshal(account(a)) //nolint:gosec // only the length counts
	if err != nil {
		return maxAccount + 1
	}
	return len(text)
}
