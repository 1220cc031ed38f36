package oauth2

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"github.com/grantor-dev/grantor/server/identity/upstream"
)

var (
	errRefusesItsToken = errors.New("OAuth 2.0 server: the profile refuses the access token that the token endpoint gave")
	errType            = errors.New("OAuth 2.0 server: the token endpoint gives a token that is not of type Bearer")
	errTooLong         = errors.New("OAuth 2.0 server: an answer is too long")
)

// asker sends requests to a server.
type asker struct{ http *http.Client }

// through makes the library use the same client.
func (a asker) through(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, a.http)
}

// answer is what a server answers.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// get asks with an access token (RFC 6750 section 2.1).
func (a asker) get(ctx context.Context, from, token, accept string, most int64) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, from, http.NoBody)
	if err != nil {
		return answer{}, errors.New("OAuth 2.0 server: the profile has no URL")
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Accept", accept)
	request.Header.Set("User-Agent", "grantor")
	response, err := a.http.Do(request)
	if err != nil {
		return answer{}, requestError(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	switch _, long := errors.AsType[*http.MaxBytesError](err); {
	case long, int64(len(body)) > most:
		return answer{}, errTooLong
	case err != nil:
		return answer{}, requestError(err)
	}
	return answer{response.StatusCode, response.Header, body}, nil
}

// check returns an error for an answer other than 200.
func (a answer) check() error {
	switch a.status {
	case http.StatusOK:
		return nil
	case http.StatusUnauthorized:
		return upstream.ErrGone
	}
	return ofAll(a.status, fmt.Errorf("OAuth 2.0 server: the profile answers %d", a.status))
}

// ofAll makes an error upstream.ErrAway if the status says so. It does not for the rate limit of
// a token, which its user can use up.
func ofAll(status int, err error) error {
	if status >= http.StatusInternalServerError {
		return upstream.Away(err)
	}
	return err
}

// requestError leaves out the URL, whose query may be secret.
func requestError(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return upstream.Away(fmt.Errorf("OAuth 2.0 server: %w", err))
}

// gone are the errors of a token endpoint that say that a refresh token or a code is no longer
// valid: that of RFC 6749 section 5.2, and GitHub's.
var gone = map[string]bool{"invalid_grant": true, "bad_refresh_token": true, "bad_verification_code": true}

// tokenError says what a token endpoint answered, without the answer: it may have a token.
func tokenError(err error) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case !ok:
		if wrapped, is := errors.AsType[*url.Error](err); is {
			return requestError(wrapped)
		}
		return errors.New("OAuth 2.0 server: the token endpoint gives no access token")
	case gone[refused.ErrorCode]:
		return upstream.ErrGone
	case known[refused.ErrorCode]:
		return fmt.Errorf("OAuth 2.0 server: the token endpoint answers %d %s", refused.Response.StatusCode, refused.ErrorCode)
	}
	status := refused.Response.StatusCode
	err = fmt.Errorf("OAuth 2.0 server: the token endpoint answers %d", status)
	if status == http.StatusTooManyRequests {
		return upstream.Away(err)
	}
	return ofAll(status, err)
}

// known are the errors of a token endpoint that can be repeated in the log.
var known = map[string]bool{
	"invalid_request": true, "invalid_client": true, "unauthorized_client": true, "unsupported_grant_type": true, "invalid_scope": true,
	"incorrect_client_credentials": true, "redirect_uri_mismatch": true, "unverified_user_email": true,
}
