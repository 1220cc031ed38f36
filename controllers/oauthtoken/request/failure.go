package request

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Kind is what a failure means.
type Kind int

// Kinds of failures.
const (
	// Unavailable is a provider that does not answer, or says that it cannot now.
	Unavailable Kind = iota
	// Address is one whose address is not allowed.
	Address
	// Unusable is an endpoint that cannot be called.
	Unusable
	// Unreadable is an answer that is none.
	Unreadable
	// Refused is a client or a request that the provider refuses.
	Refused
	// Ended is a refresh token or a code that the provider refuses: only a person can go on.
	Ended
)

// TokenError says why there is no token. It quotes nothing of the request or the answer.
type TokenError struct {
	Kind Kind
	// Status is that of the answer; zero if there was none.
	Status int
	// Code is the error of the answer if it is one that is known; otherwise empty.
	Code string
	// RetryAfter is how long the provider asks to wait.
	RetryAfter time.Duration
	// Uncertain says that the provider may have carried out the request.
	Uncertain bool
}

// Error implements error. It is the end of a sentence.
func (f *TokenError) Error() string {
	switch {
	case f.Kind == Address:
		return "its address is not public, and not in the operator's --outbound-networks"
	case f.Kind == Unusable:
		return "its token endpoint is no URL that can be called"
	case f.Code != "":
		return fmt.Sprintf("it answers %s (HTTP %d)", f.Code, f.Status)
	case f.Kind == Unreadable:
		return fmt.Sprintf("its answer (HTTP %d) has no usable bearer token", f.Status)
	case f.Status != 0:
		return fmt.Sprintf("it answers HTTP %d", f.Status)
	}
	return "it does not answer"
}

// ended are errors after which only a person can go on.
var ended = []string{
	"invalid_grant", "interaction_required", "login_required", "consent_required",
	// GitHub's, of a refresh token and of a code.
	"bad_refresh_token", "bad_verification_code",
}

// refused are other registered errors, and GitHub's.
var refused = []string{
	"invalid_request", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_target",
	"access_denied", "invalid_dpop_proof", "use_dpop_nonce", "incorrect_client_credentials", "redirect_uri_mismatch",
}

// busy are errors that end without a change of the client.
var busy = []string{"temporarily_unavailable", "server_error", "slow_down"}

// failed says what an answer without a token means. An error that is not known is not
// quoted: it may be anything.
func failed(response *http.Response, code string) *TokenError {
	f := &TokenError{Status: response.StatusCode, Kind: Refused}
	switch status := response.StatusCode; {
	case slices.Contains(ended, code):
		f.Kind, f.Code = Ended, code
	case slices.Contains(refused, code):
		f.Code = code
	case slices.Contains(busy, code):
		f.Kind, f.Code, f.Uncertain = Unavailable, code, status >= http.StatusInternalServerError
	case status >= http.StatusInternalServerError:
		f.Kind, f.Uncertain = Unavailable, true
	case status == http.StatusTooManyRequests:
		f.Kind = Unavailable
	case status < http.StatusBadRequest && code == "":
		f.Kind, f.Uncertain = Unreadable, true
	}
	f.RetryAfter = retryAfter(response)
	return f
}

func retryAfter(response *http.Response) time.Duration {
	value := response.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	// The provider's own clock says from when.
	from, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return 0
	}
	return max(until.Sub(from), 0)
}
