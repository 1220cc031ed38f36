package keys

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// pairwise is the keys of what one client knows of a person and no other, and those of
// names. They are derived from a key that is never replaced.
type pairwise struct {
	subject, session []byte
	names            map[Purpose][]byte
}

// ErrNoPairwise says that the set has no pairwise key: the operator has not
// supplemented a key Secret of an earlier release yet.
var ErrNoPairwise = errors.New("no key for pairwise subjects")

// addPairwise takes the pairwise keys, the newest first. The oldest counts: a second
// one, however it came there, changes no subject.
func (s *Set) addPairwise(pairs []keyring.Key) error {
	if len(pairs) == 0 {
		return nil
	}
	raw, p := pairs[len(pairs)-1].Bytes, &pairwise{names: map[Purpose][]byte{}}
	var err error
	if p.subject, err = derive(raw, "pairwise", "subject"); err != nil {
		return err
	}
	if p.session, err = derive(raw, "pairwise", "session"); err != nil {
		return err
	}
	for _, purpose := range purposes() {
		if p.names[purpose], err = derive(raw, "name", purpose); err != nil {
			return err
		}
	}
	s.pairwise = p
	return nil
}

// PairwiseSubject returns the sub of a person for one client. Its prefix makes it
// unlike any client ID and any public sub. It returns ErrNoPairwise.
func (s *Set) PairwiseSubject(clientID, subject string) (string, error) {
	if s.pairwise == nil {
		return "", ErrNoPairwise
	}
	return string(oauthv1alpha1.SubjectPairwise) + ":" + code(s.pairwise.subject, sha256.Size, clientID, subject), nil
}

// SessionID returns the sid of a Login for one client (OpenID Connect Back-Channel
// Logout 1.0 section 2.1). It returns ErrNoPairwise.
func (s *Set) SessionID(clientID, login string) (string, error) {
	if s.pairwise == nil {
		return "", ErrNoPairwise
	}
	return code(s.pairwise.session, sha256.Size/2, clientID, login), nil
}

// code returns the first bytes of an HMAC. The length before each part makes sure that
// no two lists of parts are one text.
func code(key []byte, size int, parts ...string) string {
	h := hmac.New(sha256.New, key)
	for _, part := range parts {
		_ = binary.Write(h, binary.BigEndian, uint64(len(part)))
		h.Write([]byte(part))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:size])
}
