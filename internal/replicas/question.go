package replicas

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/url"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Path is where a replica answers on its internal port: 204 if it has loaded the
// client in that state and accepts it, 404 if not, 501 if the client cannot authenticate
// there, 503 if it cannot tell.
const Path = "/loaded"

// KeysPath is where a replica answers whether it has loaded the server's keys in the
// state that the parameter KeysState names.
const (
	KeysPath  = "/loaded/keys"
	KeysState = "state"
)

// Question is whether a replica has loaded a client in one state. Only a caller that
// can read the client's status can ask a question to which the answer is yes.
type Question struct {
	Namespace, Name, State string
}

// About returns the question about c as it is.
func About(c *oauthv1alpha1.OAuthClient) Question {
	return Question{Namespace: c.Namespace, Name: c.Name, State: State(c)}
}

// State names what an authentication and a redirection depend on: which client it is,
// the generation of its spec, its credentials and the redirect URIs in its status. What a
// release before it was there would not enforce is part of it, so that a replica of such a
// release has another state: the binding of tokens, signed requests, and workloads elsewhere.
func State(c *oauthv1alpha1.OAuthClient) string {
	h := sha256.New()
	h.Write([]byte(c.UID))
	h.Write(binary.BigEndian.AppendUint64([]byte{0}, uint64(c.Generation))) //nolint:gosec // a generation is never negative
	for _, credential := range c.Status.Credentials {
		h.Write([]byte(credential.Digest))
		h.Write([]byte{0})
	}
	if seal := c.Status.RedirectURIsSeal; seal != "" {
		// No digest begins with this byte.
		h.Write(append([]byte{1}, seal...))
	}
	if binding := c.Spec.Tokens.AccessToken.Binding; binding != "" && binding != oauthv1alpha1.AccessTokenBindingIfProved {
		h.Write(append([]byte{2}, binding...))
	}
	if c.Spec.SignedRequests == oauthv1alpha1.SignedRequestsRequired || c.Spec.RequestObject != nil {
		h.Write([]byte{3})
	}
	if len(c.Spec.Authentication.Federated) > 0 {
		h.Write([]byte{4})
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// Query returns q for a URL.
func (q Question) Query() string {
	return url.Values{"namespace": {q.Namespace}, "name": {q.Name}, "state": {q.State}}.Encode()
}

// Parse reads what Query wrote, and reports whether all of it is there.
func Parse(values url.Values) (Question, bool) {
	q := Question{Namespace: values.Get("namespace"), Name: values.Get("name"), State: values.Get("state")}
	return q, q.Namespace != "" && q.Name != "" && q.State != ""
}
