package assertions

import "encoding/json"

// RequestObject is the kind in which a client signs an authorization request (RFC 9101
// section 4). It is larger than what fits into most URLs, since it can also be pushed.
var RequestObject = Kind{Types: []string{"", "jwt", "oauth-authz-req+jwt"}, MaxSize: 16 << 10}

// Members returns the members of the payload, each as it is written.
func (a *Assertion) Members() map[string]json.RawMessage {
	members := map[string]json.RawMessage{}
	// It was parsed as an object before.
	_, _, _ = Decode(a.Text, &Header{}, &members)
	return members
}
