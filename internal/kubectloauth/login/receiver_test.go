package login

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestReceiver(t *testing.T) {
	const issuer = "https://id.example"
	for name, test := range map[string]struct {
		method, path string
		query        url.Values
		status       int
		// code and says are how the sign-in ends; without either it does not.
		code, says string
	}{
		"a code":               {"GET", "/callback", url.Values{"code": {"c"}, "state": {"s"}, "iss": {issuer}}, 200, "c", ""},
		"another state":        {"GET", "/callback", url.Values{"code": {"c"}, "state": {"x"}, "iss": {issuer}}, 400, "", ""},
		"no state":             {"GET", "/callback", url.Values{"code": {"c"}, "iss": {issuer}}, 400, "", ""},
		"another path":         {"GET", "/", url.Values{"code": {"c"}, "state": {"s"}, "iss": {issuer}}, 400, "", ""},
		"another method":       {"POST", "/callback", url.Values{"code": {"c"}, "state": {"s"}, "iss": {issuer}}, 400, "", ""},
		"another issuer":       {"GET", "/callback", url.Values{"code": {"c"}, "state": {"s"}, "iss": {"https://evil.example"}}, 400, "", "another issuer"},
		"no issuer":            {"GET", "/callback", url.Values{"code": {"c"}, "state": {"s"}}, 400, "", "another issuer"},
		"a denial":             {"GET", "/callback", url.Values{"error": {"access_denied"}, "state": {"s"}, "iss": {issuer}}, 400, "", "access_denied"},
		"no code":              {"GET", "/callback", url.Values{"state": {"s"}, "iss": {issuer}}, 400, "", "no code"},
		"a denial of a server": {"GET", "/callback", url.Values{"error": {"x\x1b[31m" + strings.Repeat("y", 1000)}, "state": {"s"}, "iss": {issuer}}, 400, "", `x\x1b[31my`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &receiver{issuer: issuer, sendsIssuer: true, state: "s", answers: make(chan answer, 1)}
			w := httptest.NewRecorder()
			request := httptest.NewRequest(test.method, "http://127.0.0.1:1"+test.path+"?"+test.query.Encode(), http.NoBody)
			r.ServeHTTP(w, request)
			if w.Code != test.status || strings.Contains(w.Body.String(), "evil") {
				t.Errorf("answered %d %s", w.Code, w.Body)
			}
			select {
			case got := <-r.answers:
				if got.code != test.code || (got.err == nil) != (test.says == "") {
					t.Errorf("it ends with %+v", got)
				}
				if got.err != nil && (!strings.Contains(got.err.Error(), test.says) || len(got.err.Error()) > 200) {
					t.Errorf("it ends with %v", got.err)
				}
			default:
				if test.code+test.says != "" {
					t.Error("the sign-in goes on")
				}
			}
		})
	}
}

// Only a server that says so always names itself.
func TestIssuerThatIsNotSent(t *testing.T) {
	r := &receiver{issuer: "https://id.example"}
	if got := r.read("", "", "c"); got.code != "c" {
		t.Errorf("refused: %v", got.err)
	}
	if got := r.read("https://evil.example", "", "c"); got.err == nil {
		t.Error("another issuer is accepted")
	}
}
