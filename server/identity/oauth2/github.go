package oauth2

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
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
