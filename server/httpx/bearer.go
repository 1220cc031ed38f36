package httpx

import (
	"net/http"
	"strings"
)

// Bearer returns the access token of a request (RFC 6750 section 2.1), and whether it has an
// Authorization header. It returns an *Error if that is not one Bearer token.
func Bearer(r *http.Request) (token string, there bool, err error) {
	headers := r.Header.Values("Authorization")
	if len(headers) == 0 {
		return "", false, nil
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", true, InvalidToken("The Authorization header must be one Bearer token.")
	}
	return token, true, nil
}

// InvalidToken returns the error for a token that is not accepted (RFC 6750 section 3.1).
func InvalidToken(description string) *Error {
	return &Error{Code: CodeInvalidToken, Description: description, Status: http.StatusUnauthorized, Scheme: SchemeBearer}
}
