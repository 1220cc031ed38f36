package subjectdn

import (
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// attribute is an attribute type, in dotted decimal, with its value.
type attribute struct{ kind, value string }

// Name is a distinguished name: its relative ones, as a string has them, with the
// attributes of each.
type Name [][]attribute

// kinds are the short names of RFC 4514 section 3, and two that certificates have.
var kinds = map[string]string{
	"CN": "2.5.4.3", "L": "2.5.4.7", "ST": "2.5.4.8", "O": "2.5.4.10", "OU": "2.5.4.11", "C": "2.5.4.6", "STREET": "2.5.4.9",
	"DC": "0.9.2342.19200300.100.1.25", "UID": "0.9.2342.19200300.100.1.1",
	"EMAILADDRESS": "1.2.840.113549.1.9.1", "SERIALNUMBER": "2.5.4.5",
}

// Parse reads a string of RFC 4514 section 3.
func Parse(text string) (Name, error) {
	name := Name{nil}
	for {
		kind, rest, ok := strings.Cut(text, "=")
		if !ok {
			return nil, errors.New("a part has no =")
		}
		kind, err := kindOf(strings.TrimSpace(kind))
		if err != nil {
			return nil, err
		}
		end := valueEnd(rest)
		value, err := valueOf(rest[:end])
		if err != nil {
			return nil, err
		}
		last := len(name) - 1
		name[last] = append(name[last], attribute{kind, value})
		if end == len(rest) {
			return name, nil
		}
		if rest[end] == ',' {
			name = append(name, nil)
		}
		text = rest[end+1:]
	}
}

func kindOf(text string) (string, error) {
	if kind, ok := kinds[strings.ToUpper(text)]; ok {
		return kind, nil
	}
	for part := range strings.SplitSeq(text, ".") {
		if n, err := strconv.ParseUint(part, 10, 31); err != nil || strconv.FormatUint(n, 10) != part {
			return "", fmt.Errorf("the attribute type %q is neither known nor an OID", text)
		}
	}
	return text, nil
}

// valueEnd returns where the next comma or plus is that belongs to no value.
func valueEnd(text string) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case ',', '+':
			return i
		}
	}
	return len(text)
}

var errValue = errors.New("a value cannot be read")

func valueOf(text string) (string, error) {
	if encoded, ok := strings.CutPrefix(text, "#"); ok {
		der, err := hex.DecodeString(encoded)
		if err != nil {
			return "", errValue
		}
		var value any
		if rest, err := asn1.Unmarshal(der, &value); err != nil || len(rest) > 0 {
			return "", errValue
		}
		if text, ok := value.(string); ok {
			return text, nil
		}
		return "", errValue
	}
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case strings.IndexByte("\"+,;<>\x00", c) >= 0:
			return "", errValue
		case c != '\\':
			out.WriteByte(c)
		case i+1 < len(text) && strings.IndexByte(` "#+,;<=>\`, text[i+1]) >= 0:
			i++
			out.WriteByte(text[i])
		case i+2 < len(text):
			b, err := hex.DecodeString(text[i+1 : i+3])
			if err != nil {
				return "", errValue
			}
			i += 2
			out.Write(b)
		default:
			return "", errValue
		}
	}
	if !utf8.ValidString(out.String()) {
		return "", errValue
	}
	return out.String(), nil
}
