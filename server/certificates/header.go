package certificates

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// Format is how a proxy writes a certificate into a header.
type Format string

// Formats.
const (
	// RFC9440 is a byte sequence of structured fields; the authorities between follow in a
	// header whose name ends with -Chain.
	RFC9440 Format = "RFC9440"
	// XFCC is Envoy's list of elements.
	XFCC Format = "XFCC"
	// PEM may be URL-encoded, and its line breaks may be other white space.
	PEM Format = "PEM"
	// DER is DER in base64; a comma separates several, of which each is signed by the next.
	DER Format = "DER"
)

// Header is the header in which a proxy passes the certificate of a client.
type Header struct {
	// Name is "" if proxies pass none.
	Name   string
	Format Format
}

var headerName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`)

// ParseHeader reads NAME=FORMAT. The empty text is no header.
func ParseHeader(text string) (Header, error) {
	if text == "" {
		return Header{}, nil
	}
	name, format, _ := strings.Cut(text, "=")
	switch h := (Header{http.CanonicalHeaderKey(name), Format(format)}); h.Format {
	case RFC9440, XFCC, PEM, DER:
		if headerName.MatchString(name) {
			return h, nil
		}
	}
	return Header{}, fmt.Errorf("%q must be a header's name, = and one of RFC9440, XFCC, PEM and DER", text)
}

// chainName is where RFC 9440 section 2.3 has the authorities between.
func (h Header) chainName() string { return h.Name + "-Chain" }

// remove takes the header from a request and reports whether it had it.
func (h Header) remove(header http.Header) bool {
	if len(header[h.Name]) == 0 {
		return false
	}
	header.Del(h.Name)
	header.Del(h.chainName())
	return true
}

var errTwoHeaders = errors.New("there are two")

// read returns the certificates in a header, the client's own first; none if the client
// presented none.
func (h Header) read(header http.Header) ([]*x509.Certificate, error) {
	values := header[h.Name]
	if len(values) > 1 {
		return nil, errTwoHeaders
	}
	if len(values) == 0 || isNone(values[0]) {
		return nil, nil
	}
	switch value := values[0]; h.Format {
	case RFC9440:
		return fromRFC9440(value, header[h.chainName()])
	case XFCC:
		return fromXFCC(value)
	case PEM:
		return ordered(fromPEM(value))
	default:
		return ordered(fromDER(value, ""))
	}
}

// isNone knows what proxies write if there is no certificate: an empty value, an empty byte
// sequence, or what Apache says of a variable that is not set.
func isNone(value string) bool {
	value = strings.TrimSpace(value)
	return value == "" || value == "::" || value == "(null)"
}
