package oauth2

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// all reads a list, page by page.
func all[T any](ctx context.Context, g github, ask asker, token, path string, each func(T)) error {
	for page := 1; page <= pages; page++ {
		var list []T
		more, err := g.get(ctx, ask, token, path+"?per_page="+strconv.Itoa(perPage)+"&page="+strconv.Itoa(page), &list)
		if err != nil {
			return err
		}
		for _, one := range list {
			each(one)
		}
		if !more {
			return nil
		}
	}
	return fmt.Errorf("GitHub: %s has more than %d entries", path, perPage*pages)
}

// get reads an answer into a value, and reports whether there is another page. It does not
// follow the link: an answer must not decide where requests go.
func (g github) get(ctx context.Context, ask asker, token, path string, into any) (more bool, err error) {
	got, err := ask.get(ctx, g.api+path, token, githubAccept, maxPage)
	if err != nil {
		return false, err
	}
	name, _, _ := strings.Cut(path, "?")
	switch {
	case got.status == http.StatusUnauthorized:
		return false, upstream.ErrGone
	case got.status == http.StatusForbidden && suspended(got.body):
		return false, upstream.ErrGone
	case got.status != http.StatusOK:
		// 403 and 429 mean a rate limit, or a permission that the client lacks: neither says
		// anything about the user.
		return false, ofAll(got.status, fmt.Errorf("GitHub: %s answers %d", name, got.status))
	case json.Unmarshal(got.body, into) != nil:
		return false, fmt.Errorf("GitHub: the answer of %s cannot be read", name)
	}
	return hasNext(got.header), nil
}

// suspended reports whether an answer says that the account is suspended.
func suspended(body []byte) bool {
	var said struct {
		Message string `json:"message"`
	}
	return json.Unmarshal(body, &said) == nil && strings.Contains(strings.ToLower(said.Message), "account was suspended")
}

// hasNext reports whether a Link header has a next page (RFC 8288).
func hasNext(header http.Header) bool {
	for _, links := range header.Values("Link") {
		for link := range strings.SplitSeq(links, ",") {
			uri, parameters, _ := strings.Cut(link, ";")
			if _, err := url.Parse(strings.Trim(strings.TrimSpace(uri), "<>")); err == nil && strings.Contains(parameters, `rel="next"`) {
				return true
			}
		}
	}
	return false
}
