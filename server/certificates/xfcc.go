package certificates

import (
	"crypto/x509"
	"errors"
	"regexp"
	"strings"
)

// xfccPair is the first key and value of an element. Only a value that is quoted as a whole has
// quotes, or what separates pairs and elements.
var xfccPair = regexp.MustCompile(`^([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;]*))(;|$)`)

var unescaper = strings.NewReplacer(`\\`, `\`, `\"`, `"`)

// fromXFCC reads Envoy's header, which must have one element: a proxy that replaces the header
// writes one, and which of several is the proxy's own cannot be said for certain. Chain has the
// certificate, too, and the authorities between.
func fromXFCC(text string) ([]*x509.Certificate, error) {
	found := map[string]string{}
	for more := true; more; {
		pair := xfccPair.FindStringSubmatch(text)
		if pair == nil {
			return nil, errors.New("it is not one element of pairs")
		}
		text, more = text[len(pair[0]):], pair[4] != ""
		switch key := strings.ToLower(pair[1]); key {
		case "cert", "chain":
			if _, twice := found[key]; twice {
				return nil, errTwoHeaders
			}
			found[key] = unescaper.Replace(pair[2]) + pair[3]
		}
	}
	if found["cert"] == "" {
		return nil, nil
	}
	own, err := fromPEM(found["cert"])
	if err != nil {
		return nil, err
	}
	if len(own) != 1 {
		return nil, errors.New("its Cert is not one certificate")
	}
	if found["chain"] == "" {
		return own, nil
	}
	all, err := fromPEM(found["chain"])
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || !own[0].Equal(all[0]) {
		return nil, errors.New("its Cert is not the first of its Chain")
	}
	return all, nil
}
