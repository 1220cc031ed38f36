package certificates

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// chainOf returns a certificate and that of its authority, as DER and as PEM.
func chainOf(t testing.TB) (der [][]byte, text []string) {
	t.Helper()
	root, key := issue(t, nil, nil)
	own, _ := issue(t, root, key)
	for _, raw := range [][]byte{own, root} {
		der, text = append(der, raw), append(text, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})))
	}
	return der, text
}

func TestHeaderForms(t *testing.T) {
	der, text := chainOf(t)
	encoded := func(i int) string { return base64.StdEncoding.EncodeToString(der[i]) }
	escaped := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	quoted := func(s string) string { return `"` + escaped(s) + `"` }
	foreign, foreignText := chainOf(t)
	strange, other := foreignText[1], base64.StdEncoding.EncodeToString(foreign[1])
	for name, test := range map[string]struct {
		format Format
		header http.Header
		// want is how many certificates there are; -1 is an error.
		want int
	}{
		"RFC 9440":                                {RFC9440, http.Header{"Cert": {":" + encoded(0) + ":"}}, 1},
		"RFC 9440 with a chain":                   {RFC9440, http.Header{"Cert": {":" + encoded(0) + ":"}, "Cert-Chain": {":" + encoded(1) + ":"}}, 2},
		"RFC 9440 with a chain in two headers":    {RFC9440, http.Header{"Cert": {":" + encoded(0) + ":"}, "Cert-Chain": {":" + encoded(1) + ":", ":" + encoded(0) + ":"}}, 3},
		"RFC 9440, an empty sequence":             {RFC9440, http.Header{"Cert": {"::"}}, 0},
		"RFC 9440 without colons":                 {RFC9440, http.Header{"Cert": {encoded(0)}}, -1},
		"RFC 9440, one colon":                     {RFC9440, http.Header{"Cert": {":"}}, -1},
		"RFC 9440 twice":                          {RFC9440, http.Header{"Cert": {":" + encoded(0) + ":", ":" + encoded(1) + ":"}}, -1},
		"RFC 9440, a list":                        {RFC9440, http.Header{"Cert": {":" + encoded(0) + ":,:" + encoded(1) + ":"}}, -1},
		"RFC 9440, a list and a chain":            {RFC9440, http.Header{"Cert": {":" + encoded(0) + ":,:" + encoded(1) + ":"}, "Cert-Chain": {":" + encoded(1) + ":"}}, -1},
		"RFC 9440, two in one":                    {RFC9440, http.Header{"Cert": {":" + base64.StdEncoding.EncodeToString(slices.Concat(der[0], der[1])) + ":"}}, -1},
		"RFC 9440, an empty sequence and a chain": {RFC9440, http.Header{"Cert": {"::"}, "Cert-Chain": {":" + encoded(0) + ":"}}, 0},
		"RFC 9440 with an empty chain":            {RFC9440, http.Header{"Cert": {":" + encoded(0) + ":"}, "Cert-Chain": {""}}, -1},
		"the chain alone":                         {RFC9440, http.Header{"Cert-Chain": {":" + encoded(0) + ":"}}, 0},
		"nginx":                                   {PEM, http.Header{"Cert": {escaped(text[0])}}, 1},
		"Apache, with spaces for line breaks":     {PEM, http.Header{"Cert": {strings.ReplaceAll(text[0], "\n", " ")}}, 1},
		"nginx, with tabs":                        {PEM, http.Header{"Cert": {strings.ReplaceAll(text[0], "\n", "\t")}}, 1},
		"Apache without a certificate":            {PEM, http.Header{"Cert": {"(null)"}}, 0},
		"PEM, two":                                {PEM, http.Header{"Cert": {escaped(text[0] + text[1])}}, 2},
		"PEM, two of which none issued the other": {PEM, http.Header{"Cert": {escaped(text[0] + strange)}}, -1},
		"PEM, the authority first":                {PEM, http.Header{"Cert": {escaped(text[1] + text[0])}}, -1},
		"PEM, two with a comma":                   {PEM, http.Header{"Cert": {escaped(text[0]) + "," + escaped(text[1])}}, -1},
		"PEM, empty":                              {PEM, http.Header{"Cert": {""}}, 0},
		"PEM without an end":                      {PEM, http.Header{"Cert": {escaped(text[0][:100])}}, -1},
		"PEM and something else":                  {PEM, http.Header{"Cert": {escaped(text[0] + "x")}}, -1},
		"PEM, escaped badly":                      {PEM, http.Header{"Cert": {escaped(text[0]) + "%"}}, -1},
		"PEM of nothing":                          {PEM, http.Header{"Cert": {pemBegin + pemEnd}}, -1},
		"PEM of a key":                            {PEM, http.Header{"Cert": {strings.ReplaceAll(escaped(text[0]), "CERTIFICATE", "KEY")}}, -1},
		"DER":                                     {DER, http.Header{"Cert": {encoded(0)}}, 1},
		"DER, two":                                {DER, http.Header{"Cert": {encoded(0) + "," + encoded(1)}}, 2},
		"DER, two in one":                         {DER, http.Header{"Cert": {base64.StdEncoding.EncodeToString(slices.Concat(der[0], der[1]))}}, 2},
		"DER, the chain of another":               {DER, http.Header{"Cert": {encoded(0) + "," + other}}, -1},
		"DER, the third of another":               {DER, http.Header{"Cert": {encoded(0) + "," + encoded(1) + "," + other}}, -1},
		"DER, the same twice":                     {DER, http.Header{"Cert": {encoded(0) + "," + encoded(0)}}, -1},
		"DER, the authority first":                {DER, http.Header{"Cert": {encoded(1) + "," + encoded(0)}}, -1},
		"DER, empty":                              {DER, http.Header{"Cert": {" "}}, 0},
		"DER twice":                               {DER, http.Header{"Cert": {encoded(0), encoded(1)}}, -1},
		"DER and an empty one":                    {DER, http.Header{"Cert": {encoded(0) + ","}}, -1},
		"not base64":                              {DER, http.Header{"Cert": {"%%"}}, -1},
		"base64 of something else":                {DER, http.Header{"Cert": {"AAAA"}}, -1},
		"none":                                    {DER, http.Header{}, 0},
		"Envoy":                                   {XFCC, http.Header{"Cert": {"Hash=ab;Cert=" + quoted(text[0]) + `;Subject="CN=a,O=\"b;c\""`}}, 1},
		"Envoy with a chain":                      {XFCC, http.Header{"Cert": {"Cert=" + quoted(text[0]) + ";Chain=" + quoted(text[0]+text[1])}}, 2},
		"Envoy with the chain of another":         {XFCC, http.Header{"Cert": {"Cert=" + quoted(text[0]) + ";Chain=" + quoted(text[1])}}, -1},
		"Envoy with a chain alone":                {XFCC, http.Header{"Cert": {"Chain=" + quoted(text[0])}}, 0},
		"Envoy, two elements":                     {XFCC, http.Header{"Cert": {"Cert=" + quoted(text[1]) + ",By=a;cert=" + quoted(text[0])}}, -1},
		"Envoy, the last without a certificate":   {XFCC, http.Header{"Cert": {"Cert=" + quoted(text[0]) + ",By=a"}}, -1},
		"Envoy, a certificate in another's value": {XFCC, http.Header{"Cert": {`By=a;Subject="x,Cert=y"`}}, 0},
		"Envoy, two certificates":                 {XFCC, http.Header{"Cert": {"Cert=" + quoted(text[0]) + ";Cert=" + quoted(text[1])}}, -1},
		"Envoy twice":                             {XFCC, http.Header{"Cert": {"Cert=" + quoted(text[0]), "Cert=" + quoted(text[1])}}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			chain, err := Header{"Cert", test.format}.read(test.header)
			if (err != nil) != (test.want < 0) || err == nil && len(chain) != test.want {
				t.Fatalf("%d certificates, %v", len(chain), err)
			}
			if len(chain) > 0 && !bytes.Equal(chain[0].Raw, der[0]) {
				t.Error("the first is another one")
			}
		})
	}
}

func TestParseHeader(t *testing.T) {
	for text, want := range map[string]Header{
		"":                             {},
		"Client-Cert=RFC9440":          {"Client-Cert", RFC9440},
		"x-forwarded-tls-client=DER":   {"X-Forwarded-Tls-Client", DER},
		"X-Client-Cert=PEM":            {"X-Client-Cert", PEM},
		"X-Forwarded-Client-Cert=XFCC": {"X-Forwarded-Client-Cert", XFCC},
	} {
		if got, err := ParseHeader(text); err != nil || got != want {
			t.Errorf("%q: %v %v", text, got, err)
		}
	}
	for _, text := range []string{"Client-Cert", "=PEM", "X_Client_Cert=PEM", "X Y=PEM", "X=pem", "X=", "-X=PEM"} {
		if got, err := ParseHeader(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func FuzzHeader(f *testing.F) {
	der, text := chainOf(f)
	f.Add(base64.StdEncoding.EncodeToString(der[0]))
	f.Add(":" + base64.StdEncoding.EncodeToString(der[0]) + ":")
	f.Add(url.PathEscape(text[0]))
	f.Add(`By=a;Cert="` + url.PathEscape(text[0]) + `",Subject="\""`)
	f.Fuzz(func(t *testing.T, value string) {
		for _, format := range []Format{RFC9440, XFCC, PEM, DER} {
			chain, err := Header{"Cert", format}.read(http.Header{"Cert": {value}})
			if err != nil && chain != nil {
				t.Errorf("%s: certificates and %v", format, err)
			}
			for _, certificate := range chain {
				if _, err := x509.ParseCertificate(certificate.Raw); err != nil {
					t.Errorf("%s: %v", format, err)
				}
			}
		}
	})
}
