package applications

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/httpx"
)

const (
	// maxQuery bounds a search, in bytes: displayName has at most 128 characters.
	maxQuery = 512
	// maxNumber bounds the numbers of pages that are read.
	maxNumber = 100_000
)

// asked is what a request asks for.
type asked struct {
	query  string
	number int
}

func parse(form url.Values) (asked, error) {
	a := asked{query: strings.TrimSpace(form.Get("q")), number: 1}
	if len(a.query) > maxQuery {
		return a, httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'q' is longer than %d bytes.", maxQuery)
	}
	if text := form.Get("page"); text != "" {
		number, err := strconv.Atoi(text)
		if err != nil || number < 1 || number > maxNumber {
			return a, httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'page' must be a number from 1 to %d.", maxNumber)
		}
		a.number = number
	}
	return a, nil
}

// path is where the same is asked for.
func (a asked) path() string {
	query := url.Values{}
	if a.query != "" {
		query.Set("q", a.query)
	}
	if a.number > 1 {
		query.Set("page", strconv.Itoa(a.number))
	}
	if len(query) == 0 {
		return endpoints.Applications
	}
	return endpoints.Applications + "?" + query.Encode()
}

// at is the same search at another page.
func (a asked) at(number int) string {
	a.number = number
	return a.path()
}
