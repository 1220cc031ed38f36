package subjectdn

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"strings"
)

// Matches reports whether a name is the subject of a certificate, in DER. In a certificate
// the first part of the string comes last (RFC 4514 section 2.1).
func (n Name) Matches(der []byte) bool {
	var subject pkix.RDNSequence
	if rest, err := asn1.Unmarshal(der, &subject); err != nil || len(rest) > 0 || len(n) == 0 {
		return false
	}
	slices.Reverse(subject)
	return slices.EqualFunc(n, subject, same)
}

// same compares two sets: the attributes of one part have no order.
func same(wanted []attribute, set pkix.RelativeDistinguishedNameSET) bool {
	if len(wanted) != len(set) {
		return false
	}
	left := slices.Clone(set)
	for _, a := range wanted {
		i := slices.IndexFunc(left, func(b pkix.AttributeTypeAndValue) bool {
			value, ok := b.Value.(string)
			return ok && b.Type.String() == a.kind && strings.EqualFold(squeezed(value), squeezed(a.value))
		})
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}

// squeezed leaves single spaces between words and none around them.
func squeezed(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }), " ")
}
