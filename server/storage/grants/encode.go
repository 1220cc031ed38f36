package grants

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/grantor-dev/grantor/server/identity"
)

// Versions that begin the content of a code. Version 1 had no amr: every user gave a
// password. Version 3 is only written for codes that share a Grant. A later one is refused.
const (
	codeVersion       = 2
	sharedCodeVersion = 3
)

// Flags of a code.
const (
	flagOffline = 1 << iota
	flagRemembered
	flagRedirectSent
	flagChallenge
	flagRefreshes
	// flagBound is only set for codes that are bound to a key; an earlier release refuses
	// them.
	flagBound
	// flagLinked is only set for codes with a Link; likewise.
	flagLinked
	// flagSaid is only set for users of providers.
	flagSaid
)

var errMalformed = errors.New("malformed")

// encode returns the content of a code: fixed fields first, then texts with their
// length before them.
func (c Code) encode() []byte {
	out := []byte{c.version(), c.flags()}
	for _, name := range []string{c.Grant, c.Login} {
		raw, _ := hex.DecodeString(name)
		out = appendText(out, raw)
	}
	out = appendText(out, packUID(c.ClientUID))
	out = appendText(out, packUID(c.UserUID))
	out = appendText(out, []byte(c.Subject))
	out = appendText(out, []byte(c.Nonce))
	out = appendText(out, c.Challenge)
	out = appendText(out, c.RedirectURI)
	out = appendDigests(out, c.Scopes)
	out = appendDigests(out, c.Audiences)
	for _, set := range []ClaimSet{c.IDToken, c.Userinfo} {
		out = binary.AppendUvarint(out, uint64(set))
	}
	for _, t := range []time.Time{c.AuthTime, c.IssuedAt, c.ExpiresAt} {
		out = binary.AppendUvarint(out, uint64(t.UnixMilli()))
	}
	out = appendText(out, []byte(strings.Join(c.AMR, " ")))
	if c.Said != 0 {
		out = binary.AppendVarint(out, c.Said)
	}
	if c.version() == sharedCodeVersion {
		out = binary.AppendUvarint(out, uint64(c.SharedUntil.UnixMilli()))
	}
	if c.Confirmation != (Confirmation{}) {
		out = c.Confirmation.append(out)
	}
	if c.Link != (identity.Link{}) {
		out = appendText(out, []byte(c.Link.Subject))
		out = appendText(out, packUID(c.Link.UID))
	}
	return out
}

func (c Code) version() byte {
	if c.SharedUntil.IsZero() {
		return codeVersion
	}
	return sharedCodeVersion
}

func (c Code) flags() byte {
	var flags byte
	for flag, set := range map[byte]bool{
		flagOffline: c.Offline, flagRemembered: c.Remembered, flagRedirectSent: c.RedirectSent, flagChallenge: c.Challenge != nil,
		flagRefreshes: c.Refreshes, flagBound: c.Confirmation != (Confirmation{}),
		flagLinked: c.Link != (identity.Link{}), flagSaid: c.Said != 0,
	} {
		if set {
			flags |= flag
		}
	}
	return flags
}

func decodeCode(raw []byte) (Code, error) {
	r := reader{rest: raw}
	version := r.byte()
	if r.err == nil && (version < 1 || version > sharedCodeVersion) {
		return Code{}, errMalformed
	}
	flags := r.byte()
	c := Code{
		Offline: flags&flagOffline != 0, Remembered: flags&flagRemembered != 0, RedirectSent: flags&flagRedirectSent != 0, Refreshes: flags&flagRefreshes != 0,
		Grant: hex.EncodeToString(r.text()), Login: hex.EncodeToString(r.text()),
		ClientUID: unpackUID(r.text()), UserUID: unpackUID(r.text()), Subject: string(r.text()), Nonce: string(r.text()),
	}
	challenge := r.text()
	if flags&flagChallenge != 0 {
		c.Challenge = challenge
	}
	c.RedirectURI = r.text()
	c.Scopes, c.Audiences = r.digests(), r.digests()
	c.IDToken, c.Userinfo = ClaimSet(r.number()), ClaimSet(r.number()) //nolint:gosec // unknown bits mean nothing
	c.AuthTime, c.IssuedAt, c.ExpiresAt = r.time(), r.time(), r.time()
	if c.AMR = []string{"pwd"}; version > 1 {
		c.AMR = append([]string(nil), strings.Fields(string(r.text()))...)
	}
	if flags&flagSaid != 0 {
		c.Said = r.signed()
	}
	if version == sharedCodeVersion {
		c.SharedUntil = r.time()
	}
	if flags&flagBound != 0 {
		c.Confirmation = r.confirmation()
	}
	if flags&flagLinked != 0 {
		c.Link = identity.Link{Subject: string(r.text()), UID: unpackUID(r.text())}
	}
	if r.err == nil && len(r.rest) > 0 {
		return Code{}, errMalformed
	}
	return c, r.err
}

// packUID returns the 16 bytes of a UID, which Kubernetes writes as a UUID; any other
// text stays what it is.
func packUID(uid string) []byte {
	if parsed, err := uuid.Parse(uid); err == nil && parsed.String() == uid {
		return parsed[:]
	}
	return []byte(uid)
}

func unpackUID(raw []byte) string {
	if parsed, err := uuid.FromBytes(raw); err == nil {
		return parsed.String()
	}
	return string(raw)
}

func appendText(out, text []byte) []byte {
	return append(binary.AppendUvarint(out, uint64(len(text))), text...)
}

func appendDigests(out []byte, digests []Digest) []byte {
	out = binary.AppendUvarint(out, uint64(len(digests)))
	for _, digest := range digests {
		out = append(out, digest[:]...)
	}
	return out
}

// reader reads what encode writes. After an error it returns zero values.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) take(n uint64) []byte {
	if r.err != nil || n > uint64(len(r.rest)) {
		r.err = errMalformed
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) byte() byte {
	if b := r.take(1); r.err == nil {
		return b[0]
	}
	return 0
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if r.err != nil || size <= 0 {
		r.err = errMalformed
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) signed() int64 {
	n, size := binary.Varint(r.rest)
	if r.err != nil || size <= 0 {
		r.err = errMalformed
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) text() []byte { return r.take(r.number()) }

func (r *reader) digests() []Digest {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.err = errMalformed
		return nil
	}
	var digests []Digest
	for range n {
		if raw := r.take(uint64(len(Digest{}))); r.err == nil {
			digests = append(digests, Digest(raw))
		}
	}
	return digests
}

func (r *reader) time() time.Time {
	return time.UnixMilli(int64(r.number())).UTC() //nolint:gosec // a code is authentic; nonsense is far away
}
