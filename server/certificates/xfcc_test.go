package certificates

import (
	"net/http"
	"net/url"
	"testing"
)

// TestAppendingProxy: a proxy that appends its element to what the client sent is refused,
// also if the client left a quote open.
func TestAppendingProxy(t *testing.T) {
	_, text := chainOf(t)
	victim, own := `Cert="`+url.PathEscape(text[0])+`"`, `Cert="`+url.PathEscape(text[1])+`"`
	for _, sent := range []string{
		victim, victim + `;X="`, victim + `;X=`, victim + `;X="\`, victim + `;X="\"`, victim + `;X="",X="`, victim + ";", `X="`, `"`,
	} {
		for _, appended := range []string{
			",By=a;Hash=ab;" + own,
			",By=a;Hash=ab;" + own + `;Chain="` + url.PathEscape(text[1]) + `"`,
			",By=a;Hash=ab;" + own + `;Subject="CN=\"a,b\""`,
			`,By=a;Hash=ab;Subject=""`,
			`,By=a;Hash=ab;Subject="CN=a"`,
			",By=a;Hash=ab",
		} {
			if chain, err := (Header{"Cert", XFCC}).read(http.Header{"Cert": {sent + appended}}); err == nil {
				t.Errorf("%.6s...%s and %.30s: %d certificates", sent, sent[max(0, len(sent)-9):], appended, len(chain))
			}
		}
	}
}

func TestXFCCIsReadStrictly(t *testing.T) {
	_, text := chainOf(t)
	own := `Cert="` + url.PathEscape(text[0]) + `"`
	for _, value := range []string{
		own, "By=a;By=b;Hash=ab;" + own + `;Subject="CN=\"a,b\",O=c\\;d";URI=;URI=spiffe://a/b?c=d;DNS=a`, "CERT=" + url.PathEscape(text[0]),
	} {
		if chain, err := fromXFCC(value); err != nil || len(chain) != 1 {
			t.Errorf("%.20s: %d certificates, %v", value, len(chain), err)
		}
	}
	for _, value := range []string{
		"x", own + ";", ";" + own, own + ",", own + "x", own + " ;By=a", own + `;X=a"b"`, own + `;X="a`, own + `;X="a"b`, own + `;X="a\"`,
		own + `;"X"=a`, own + ";=a", own + `;X="a""b"`, own + ";" + own, own + ";cert=", own + ";Chain=;Chain=",
		`Cert="` + url.PathEscape(text[0]+text[1]) + `"`,
	} {
		if chain, err := fromXFCC(value); err == nil {
			t.Errorf("%.6s...%s: %d certificates", value, value[max(0, len(value)-12):], len(chain))
		}
	}
}
