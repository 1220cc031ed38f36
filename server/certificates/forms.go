package certificates

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
)

// fromRFC9440 reads the client's own certificate, which is one item, and the list of the
// authorities between.
func fromRFC9440(own string, chain []string) ([]*x509.Certificate, error) {
	certificates, err := fromDER(own, ":")
	if err != nil {
		return nil, err
	}
	if len(certificates) != 1 {
		return nil, errors.New("it is not one certificate")
	}
	if len(chain) == 0 {
		return certificates, nil
	}
	between, err := fromDER(strings.Join(chain, ","), ":")
	if err != nil {
		return nil, err
	}
	return append(certificates, between...), nil
}

// ordered refuses certificates of which one is not signed by the next: a proxy that adds its
// value to that of the client would write such a list.
func ordered(chain []*x509.Certificate, err error) ([]*x509.Certificate, error) {
	if err != nil {
		return nil, err
	}
	for i := 1; i < len(chain); i++ {
		if chain[i-1].CheckSignatureFrom(chain[i]) != nil {
			return nil, errors.New("a certificate is not signed by the next")
		}
	}
	return chain, nil
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
