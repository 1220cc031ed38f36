package certificates

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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
	// DER is DER in base64; a comma separates several.
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
	value := values[0]
	switch h.Format {
	case RFC9440:
		if chain := header[h.chainName()]; len(chain) > 0 {
			value += "," + strings.Join(chain, ",")
		}
		return fromDER(value, ":")
	case XFCC:
		return fromXFCC(value)
	case PEM:
		return fromPEM(value)
	default:
		return fromDER(value, "")
	}
}

// isNone knows what proxies write if there is no certificate: an empty value, an empty byte
// sequence, or what Apache says of a variable that is not set.
func isNone(value string) bool {
	value = strings.TrimSpace(value)
	return value == "" || value == "::" || value == "(null)"
}

// fromDER reads a list of certificates in base64, each between two marks.
func fromDER(text, mark string) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for part := range strings.SplitSeq(text, ",") {
		part, begins := strings.CutPrefix(strings.TrimSpace(part), mark)
		part, ends := strings.CutSuffix(part, mark)
		if !begins || !ends {
			return nil, errors.New("it is not a byte sequence")
		}
		var err error
		if out, err = appendDER(out, part); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func appendDER(list []*x509.Certificate, text string) ([]*x509.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("it is not base64")
	}
	more, err := x509.ParseCertificates(der)
	if err != nil || len(more) == 0 {
		return nil, errors.New("it is not a certificate")
	}
	return append(list, more...), nil
}

const pemBegin, pemEnd = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"

// fromPEM reads PEM in one line, which encoding/pem does not.
func fromPEM(text string) ([]*x509.Certificate, error) {
	if strings.Contains(text, "%") {
		decoded, err := url.PathUnescape(text)
		if err != nil {
			return nil, errors.New("it is not URL-encoded")
		}
		text = decoded
	}
	var out []*x509.Certificate
	for text = strings.TrimSpace(text); text != ""; {
		rest, begins := strings.CutPrefix(text, pemBegin)
		body, after, ends := strings.Cut(rest, pemEnd)
		if !begins || !ends {
			return nil, errors.New("it is not PEM")
		}
		var err error
		if out, err = appendDER(out, strings.Join(strings.Fields(body), "")); err != nil {
			return nil, err
		}
		text = strings.TrimSpace(after)
	}
	return out, nil
}
