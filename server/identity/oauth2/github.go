package oauth2

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/providerspec"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

const (
	githubServer = "https://github.com"
	githubAPI    = "https://api.github.com"
	// githubAccept is the media type that GitHub recommends.
	githubAccept = "application/vnd.github+json"
	// perPage is how many organizations or teams are asked for at once, and pages how often.
	perPage, pages = 100, 10
	// maxPage is the size of an answer in bytes.
	maxPage = 1 << 20
)

// githubScopes are needed for the e-mail address, and for organizations and teams.
var githubScopes = []string{"user:email", "read:org"}

// github sets a provider up for GitHub or a GitHub Enterprise Server.
func (p *Provider) github(spec *oauthv1alpha1.OAuth2Provider) {
	server, api := githubServer, githubAPI
	if spec.GitHub != nil && spec.GitHub.Server != "" {
		server = strings.TrimSuffix(string(spec.GitHub.Server), "/")
		api = server + "/api/v3"
	}
	if len(p.client.Scopes) == 0 {
		p.client.Scopes = githubScopes
	}
	p.client.Endpoint.AuthURL, p.client.Endpoint.TokenURL = server+"/login/oauth/authorize", server+"/login/oauth/access_token"
	p.hint = "login"
	emails, groups := providerspec.GitHubSays(spec)
	p.profile = github{api: api, emails: emails, groups: groups}
}

// github is the API of GitHub.
type github struct {
	api            string
	emails, groups bool
}

func (g github) account(ctx context.Context, ask asker, token string) (upstream.Account, error) {
	var user struct {
		ID    json.Number `json:"id"`
		Login string      `json:"login"`
		Name  string      `json:"name"`
	}
	if _, err := g.get(ctx, ask, token, "/user", &user); err != nil {
		return upstream.Account{}, err
	}
	id, ok := idOf(user.ID)
	if !ok || id == "" || !upstream.Line(user.Login) {
		return upstream.Account{}, errors.New("GitHub: the answer of /user has no id or no login")
	}
	account := upstream.Account{ID: id, Username: user.Login}
	if upstream.Line(user.Name) {
		account.DisplayName = user.Name
	}
	if err := g.addEmail(ctx, ask, token, &account); err != nil {
		return upstream.Account{}, err
	}
	if !g.groups {
		return account, nil
	}
	groups, err := g.groupsOf(ctx, ask, token)
	account.Groups = groups
	return account, err
}

// addEmail adds the primary address. The address at /user is the one that the user shows to
// others.
func (g github) addEmail(ctx context.Context, ask asker, token string, account *upstream.Account) error {
	if !g.emails {
		return nil
	}
	var emails []struct {
		Email    string `json:"email"`
		Primary  bool   `json:"primary"`
		Verified bool   `json:"verified"`
	}
	if _, err := g.get(ctx, ask, token, "/user/emails?per_page="+strconv.Itoa(perPage), &emails); err != nil {
		return err
	}
	for _, one := range emails {
		if one.Primary && one.Verified && upstream.Line(one.Email) {
			account.Email, account.EmailVerified = one.Email, true
		}
	}
	return nil
}

// groupsOf returns the organizations and the teams of a user. Names are compared without case
// at GitHub.
func (g github) groupsOf(ctx context.Context, ask asker, token string) ([]string, error) {
	groups := map[string]bool{}
	type organization struct {
		Login string `json:"login"`
	}
	type team struct {
		Slug         string       `json:"slug"`
		Organization organization `json:"organization"`
	}
	err := all(ctx, g, ask, token, "/user/orgs", func(o organization) {
		if upstream.Line(o.Login) {
			groups[strings.ToLower(o.Login)] = true
		}
	})
	if err != nil {
		return nil, err
	}
	err = all(ctx, g, ask, token, "/user/teams", func(t team) {
		if upstream.Line(t.Slug) && upstream.Line(t.Organization.Login) {
			groups[strings.ToLower(t.Organization.Login+"/"+t.Slug)] = true
		}
	})
	return slices.Sorted(maps.Keys(groups)), err
}

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
