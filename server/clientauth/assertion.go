package clientauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/serviceaccounts"
	"github.com/grantor-dev/grantor/server/storage/marks"
)

// jwtBearer is the one type of assertion (RFC 7523 section 2.2).
const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// assertionOf returns what an assertion says about its client. client_id may be left out
// (RFC 7521 section 4.2), but not next to the token of a workload, which can be several
// clients and names none.
func assertionOf(form url.Values) (presented, error) {
	if form.Get("client_assertion_type") != jwtBearer {
		return presented{}, httpx.InvalidClient("client_assertion_type must be " + jwtBearer + ".")
	}
	assertion, err := assertions.Parse(form.Get("client_assertion"))
	if err != nil {
		return presented{}, httpx.InvalidClient("client_assertion must be a signed JWT.")
	}
	id := form.Get("client_id")
	switch {
	case id == "" && assertion.Claims.Issuer != assertion.Claims.Subject:
		return presented{}, httpx.InvalidClient("Send client_id together with the token of a workload.")
	case id == "":
		id = assertion.Claims.Subject
	}
	return presented{id: id, assertion: assertion, method: oauthv1alpha1.AuthenticationPrivateKeyJWT}, nil
}

// hasAssertion reports whether an assertion is the client's.
func (a *Authenticator) hasAssertion(r *http.Request, client *clients.Client, assertion *assertions.Assertion) (bool, error) {
	if client.Method() != oauthv1alpha1.AuthenticationPrivateKeyJWT {
		return false, nil
	}
	switch how := client.Authentication(); {
	case len(how.ServiceAccounts) > 0:
		return a.ofServiceAccount(r, client, assertion)
	case len(how.Federated) > 0:
		err := a.ofWorkload(r.Context(), client, assertion)
		return err == nil, err
	default:
		return a.signedByClient(r.Context(), client, assertion)
	}
}

// signedByClient reports whether an assertion was signed with one of the client's keys and
// not used before. That it was used is stored only once the signature is verified.
func (a *Authenticator) signedByClient(ctx context.Context, client *clients.Client, assertion *assertions.Assertion) (bool, error) {
	how, issuer := client.Authentication(), a.Issuer()
	if !assertion.ByClient(client.GetID(), audiences(issuer, how.IssuerOnly), a.Now()) {
		return false, nil
	}
	if signed, err := a.Signed(ctx, client, &how.Signing, assertion); !signed {
		return false, err
	}
	giveBack, err := a.Capacity.Assertion(string(client.UID()))
	if err != nil {
		return false, err
	}
	err = a.Marks.Use(ctx, string(client.UID()), assertion.Claims.ID, assertion.Claims.Expires())
	if errors.Is(err, marks.ErrUsed) {
		giveBack()
		return false, nil
	}
	return err == nil, httpx.UnavailableIf(err)
}

// audiences are those by which an assertion can name the server (RFC 7523 section 3, RFC 9126
// section 2), or the only one (FAPI 2.0 Security Profile section 5.3.2.1).
func audiences(issuer string, only bool) []string {
	if only {
		return []string{issuer}
	}
	return []string{issuer, issuer + endpoints.Token, issuer + endpoints.PushedAuthorization}
}

// ofServiceAccount reports whether an assertion is the token of one of the client's
// ServiceAccounts. Only one that looks like that reaches the API server.
func (a *Authenticator) ofServiceAccount(r *http.Request, client *clients.Client, assertion *assertions.Assertion) (bool, error) {
	accounts, issuer := client.Authentication().ServiceAccounts, a.Issuer()
	if !assertion.MayBeOf(accounts, issuer, a.Now()) {
		return false, nil
	}
	username, err := a.ServiceAccounts.Review(r.Context(), serviceaccounts.Question{
		Token: assertion.Text, Audience: issuer, Address: a.Address(r), Client: string(client.UID()),
	})
	if err != nil {
		return false, httpx.Unavailable(err)
	}
	return username == assertion.Claims.Subject && slices.Contains(accounts, username), nil
}
