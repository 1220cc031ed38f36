package token

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/internal/check"
	"github.com/grantor-dev/grantor/internal/kubectloauth/dpop"
)

// proved is the request that a token with a key is for; its URL is nil if there is none.
type proved struct {
	method string
	at     *url.URL
}

// methods are those of requests that have access tokens.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// proved reads --request.
func (c *command) proved() (*proved, error) {
	if c.request == "" {
		return &proved{}, nil
	}
	if !c.dpop {
		return nil, errors.New("--request needs --dpop: other tokens are the same for all requests")
	}
	method, to, _ := strings.Cut(c.request, " ")
	at, err := url.Parse(to)
	if err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http" || at.User != nil {
		return nil, errors.New("--request is not a method and a URL, such as 'GET https://api.example.com/orders'")
	}
	if !slices.Contains(methods, method) {
		return nil, errors.New("--request does not begin with one of " + strings.Join(methods, ", "))
	}
	return &proved{method, at}, nil
}

// token asks for a token that is bound to a new key, and returns it, or the headers of the
// request.
func (p *proved) token(ctx context.Context, asked *check.Check) (string, error) {
	key, err := dpop.NewKey(time.Now)
	if err != nil {
		return "", err
	}
	asked.HTTP, asked.TokenType = key.Client(asked.HTTP), "DPoP"
	token, err := asked.Token(ctx)
	if err != nil || p.at == nil {
		return token, err
	}
	proof, err := key.Proof(p.method, p.at, token, "")
	if err != nil {
		return "", err
	}
	return "Authorization: DPoP " + token + "\nDPoP: " + proof, nil
}
