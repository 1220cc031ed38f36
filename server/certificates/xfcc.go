package certificates

import (
	"crypto/x509"
	"errors"
	"strings"
)

// fromXFCC reads the last element of Envoy's header: the proxy next to the server wrote it,
// and those before it may have come from the client. Chain has the certificate, too, and
// the authorities between.
func fromXFCC(text string) ([]*x509.Certificate, error) {
	var certificates []string
	var chain string
	for _, pair := range lastElement(text) {
		key, value, _ := strings.Cut(pair, "=")
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "cert":
			certificates = append(certificates, unquoted(value))
		case "chain":
			chain = unquoted(value)
		}
	}
	switch {
	case len(certificates) == 0:
		return nil, nil
	case len(certificates) > 1:
		return nil, errTwoHeaders
	}
	own, err := fromPEM(certificates[0])
	if err != nil || chain == "" {
		return own, err
	}
	all, err := fromPEM(chain)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || len(own) != 1 || !own[0].Equal(all[0]) {
		return nil, errors.New("its Cert is not the first of its Chain")
	}
	return all, nil
}

// lastElement returns the pairs of the last element. Commas and semicolons in quotes
// separate nothing.
func lastElement(text string) (pairs []string) {
	begin, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ';':
			pairs, begin = append(pairs, text[begin:i]), i+1
		case c == ',':
			pairs, begin = nil, i+1
		}
	}
	return append(pairs, text[begin:])
}

var unescaper = strings.NewReplacer(`\\`, `\`, `\"`, `"`)

func unquoted(value string) string {
	value = strings.TrimSpace(value)
	if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
		return unescaper.Replace(value[1 : len(value)-1])
	}
	return value
}
