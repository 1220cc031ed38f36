package provider

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/serviceaccounts"
	"github.com/grantor-dev/grantor/server/storage/marks"
)

// jwtBearer is the one type of assertion (RFC 7523 section 2.2).
const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// asserted returns what an assertion says about its client. client_id may be left out
// (RFC 7521 section 4.2), but not beside the token of a ServiceAccount, which can be
// several clients and names none.
func asserted(form url.Values) (presented, error) {
	if form.Get("client_assertion_type") != jwtBearer {
		return presented{}, httpx.InvalidClient("client_assertion_type must be " + jwtBearer + ".")
	}
	assertion, err := assertions.Parse(form.Get("client_assertion"))
	if err != nil {
		return presented{}, httpx.InvalidClient("client_assertion must be a signed JWT.")
	}
	id := form.Get("client_id")
	switch {
	case id == "" && assertion.OfServiceAccount():
		return presented{}, httpx.InvalidClient("Send client_id beside the token of a ServiceAccount.")
	case id == "":
		id = assertion.Claims.Subject
	}
	return presented{id: id, assertion: assertion, method: oauthv1alpha1.AuthenticationPrivateKeyJWT}, nil
}

// asserts reports whether an assertion is the client's.
func (p *Provider) asserts(r *http.Request, client *clients.Client, a *assertions.Assertion) (bool, error) {
	if client.Method() != oauthv1alpha1.AuthenticationPrivateKeyJWT {
		return false, nil
	}
	if len(client.Authentication().ServiceAccounts) > 0 {
		return p.assertsByAccount(r, client, a)
	}
	return p.assertsByKey(r.Context(), client, a)
}

// assertsByKey reports whether an assertion was signed with one of the client's keys and
// not used before. That it was used is stored only once the signature is verified.
func (p *Provider) assertsByKey(ctx context.Context, client *clients.Client, a *assertions.Assertion) (bool, error) {
	how, issuer := client.Authentication(), p.Issuer()
	if !slices.Contains(how.Algorithms, a.Header.Algorithm) || !a.ByClient(client.GetID(), []string{issuer, issuer + endpoints.Token}, p.Now()) {
		return false, nil
	}
	candidate := func(key publickeys.Key) bool { return key.Candidate(a.Header.Algorithm, a.Header.KeyID) }
	keys := how.Keys
	if how.JWKSURI != "" {
		var err error
		if keys, err = p.KeySets.Keys(ctx, string(client.UID()), how.JWKSURI, candidate); err != nil {
			return false, httpx.Elsewhere(err)
		}
	}
	if !slices.ContainsFunc(keys, func(key publickeys.Key) bool {
		return candidate(key) && key.Verify(a.Header.Algorithm, a.Signed, a.Signature)
	}) {
		return false, nil
	}
	if err := p.mark(p.assertions, client.UID(), "The client sends too many assertions; keep access tokens until they expire."); err != nil {
		return false, err
	}
	err := p.Marks.Use(ctx, string(client.UID()), a.Claims.ID, a.Claims.Expires())
	if errors.Is(err, marks.ErrUsed) {
		return false, nil
	}
	return err == nil, httpx.UnavailableIf(err)
}

// assertsByAccount reports whether an assertion is the token of one of the client's
// ServiceAccounts. Only one that looks like that reaches the API server.
func (p *Provider) assertsByAccount(r *http.Request, client *clients.Client, a *assertions.Assertion) (bool, error) {
	accounts, issuer := client.Authentication().ServiceAccounts, p.Issuer()
	if !a.MayBeOf(accounts, issuer, p.Now()) {
		return false, nil
	}
	username, err := p.ServiceAccounts.Review(r.Context(), serviceaccounts.Question{
		Token: a.Text, Audience: issuer, Address: p.Address(r), Client: string(client.UID()),
	})
	if err != nil {
		return false, httpx.Unavailable(err)
	}
	return username == a.Claims.Subject && slices.Contains(accounts, username), nil
}
