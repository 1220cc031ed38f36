package dpop

import (
	"fmt"
	"net/http"

	"github.com/grantor-dev/grantor/server/httpx"
)

func invalid(format string, args ...any) *httpx.Error {
	return &httpx.Error{Code: httpx.CodeInvalidDPoPProof, Description: fmt.Sprintf(format, args...), Status: http.StatusBadRequest}
}

func useNonce(description string) *httpx.Error {
	return &httpx.Error{Code: httpx.CodeUseDPoPNonce, Description: description, Status: http.StatusBadRequest}
}

var (
	errMissing   = invalid("The request has no DPoP proof, and its access token is bound to a key.")
	errSeveral   = invalid("The request has several DPoP headers.")
	errTooLong   = invalid("The DPoP proof is longer than %d bytes.", maxSize)
	errMalformed = invalid("The DPoP proof is not a JWT in compact form.")
	errType      = invalid("The typ of the DPoP proof must be dpop+jwt, without crit, b64 and zip.")
	errAlgorithm = invalid("The alg of the DPoP proof must be one of %v.", Algorithms())
	errCostly    = invalid("An RSA key of a DPoP proof must have at most 4096 bits and the exponent 65537.")
	errSignature = invalid("The signature of the DPoP proof is not one of the key in its jwk.")
	errID        = invalid("The DPoP proof must have a jti of at most %d bytes.", maxID)
	errMethod    = invalid("The htm of the DPoP proof is not the method of the request.")
	errNoTime    = invalid("The DPoP proof has no iat.")
	errToken     = invalid("The ath of the DPoP proof is not the digest of the access token.")
	errOtherKey  = invalid("The access token is bound to another key than that of the DPoP proof.")
	errReplay    = invalid("The DPoP proof was used before; make another one for each request.")

	errNonce = useNonce("The DPoP proof must have the nonce of the header DPoP-Nonce.")
	errTime  = useNonce("The iat of the DPoP proof is more than 60 seconds old, or ahead: correct the clock, or use the nonce of the header DPoP-Nonce.")
)
