package subjectdn

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"
)

// subject encodes a subject, the first part first, as a certificate has it.
func subject(t testing.TB, parts ...[]pkix.AttributeTypeAndValue) []byte {
	t.Helper()
	var sequence pkix.RDNSequence
	for _, part := range parts {
		sequence = append(sequence, part)
	}
	der, err := asn1.Marshal(sequence)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func part(pairs ...any) []pkix.AttributeTypeAndValue {
	var out []pkix.AttributeTypeAndValue
	for i := 0; i < len(pairs); i += 2 {
		kind, _ := pairs[i].(asn1.ObjectIdentifier)
		out = append(out, pkix.AttributeTypeAndValue{Type: kind, Value: pairs[i+1]})
	}
	return out
}

var (
	country, organization, unit, common = asn1.ObjectIdentifier{2, 5, 4, 6}, asn1.ObjectIdentifier{2, 5, 4, 10}, asn1.ObjectIdentifier{2, 5, 4, 11}, asn1.ObjectIdentifier{2, 5, 4, 3}
	domain, mail, own                   = asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 25}, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 1466, 0}
)

func TestMatches(t *testing.T) {
	app := subject(t, part(country, "GB"), part(organization, "Example, Inc."), part(common, "app"))
	for text, der := range map[string][]byte{
		`CN=app,O=Example\, Inc.,C=GB`:            app,
		`cn=APP,o=example\2c  INC.,c=gb`:          app,
		`2.5.4.3=app,O=Example\, Inc. ,C=GB`:      app,
		`CN= app , O= Example\, Inc.,C=GB`:        app,
		`CN=#0c03617070,O=Example\, Inc.,C=GB`:    app,
		`OU=Sales+CN=J.  Smith,DC=example,DC=net`: subject(t, part(domain, "net"), part(domain, "example"), part(common, "J. Smith", unit, "Sales")),
		`CN=James \"Jim\" Smith\, III`:            subject(t, part(common, `James "Jim" Smith, III`)),
		`CN=Lu\C4\8Di\C4\87`:                      subject(t, part(common, "Lučić")),
		`CN=LUČIĆ`:                                subject(t, part(common, "Lučić")),
		`CN=\#a\ `:                                subject(t, part(common, "#a")),
		`CN=a=b`:                                  subject(t, part(common, "a=b")),
		`CN=`:                                     subject(t, part(common, "")),
		`emailAddress=a@example.com`:              subject(t, part(mail, "a@example.com")),
		`1.3.6.1.4.1.1466.0=#04024869`:            nil, // octets are no text
		`1.3.6.1.4.1.1466.0=Hi`:                   subject(t, part(own, "Hi")),
	} {
		name, err := Parse(text)
		if der == nil {
			if err == nil {
				t.Errorf("%s is read", text)
			}
			continue
		}
		if err != nil || !name.Matches(der) {
			t.Errorf("%s does not match: %v %v", text, name, err)
		}
	}
	for _, text := range []string{
		"CN=app", `C=GB,O=Example\, Inc.,CN=app`, `CN=app,O=Example\, Inc.,C=GB,DC=net`, `CN=app+O=Example\, Inc.,C=GB`, `CN=app,O=Example\,Inc.,C=GB`,
		`CN=ap p,O=Example\, Inc.,C=GB`, `OU=app,O=Example\, Inc.,C=GB`, `CN=app,CN=app,O=Example\, Inc.,C=GB`,
	} {
		if name, err := Parse(text); err != nil || name.Matches(app) {
			t.Errorf("%s matches or is not read: %v", text, err)
		}
	}
	twice, _ := Parse("CN=a+CN=a")
	if twice.Matches(subject(t, part(common, "a", common, "b"))) || twice.Matches(subject(t)) || twice.Matches([]byte("x")) || (Name{}).Matches(subject(t)) {
		t.Error("another subject matches")
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"", "app", "CN", "XY=a", "CN=a,", "CN=a+", ",CN=a", "CN=a,,C=b", `CN=a\`, `CN=a\zz`, `CN=a"b`, "CN=a;b", "CN=<a>", "CN=\x00", `CN=\ff`, "CN=#", "CN=#zz", "CN=#0c0361", "2.05=a", "2..5=a", "-1.2=a", ".=a"} {
		if name, err := Parse(text); err == nil {
			t.Errorf("%q is read: %v", text, name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`OU=Sales+CN=J.  Smith,DC=example,DC=net`)
	f.Add(`CN=Lu\C4\8Di\C4\87,2.5.4.3=#0c03617070`)
	der := subject(f, part(country, "GB"), part(common, "app"))
	f.Fuzz(func(t *testing.T, text string) {
		name, err := Parse(text)
		if err != nil {
			return
		}
		_ = name.Matches(der)
		for _, attributes := range name {
			if len(attributes) == 0 {
				t.Errorf("%q has a part without attributes", text)
			}
		}
	})
}
