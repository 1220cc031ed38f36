package login

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
)

// answer is how a sign-in ended.
type answer struct {
	code string
	err  error
}

// receiver is where the browser returns to.
type receiver struct {
	issuer      string
	sendsIssuer bool
	state       string
	answers     chan answer
}

// ServeHTTP implements http.Handler. A request without the state is not the answer to
// this sign-in, whoever sends it, and does not end it.
func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	query := request.URL.Query()
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Referrer-Policy", "no-referrer")
	if request.Method != http.MethodGet || request.URL.Path != callbackPath || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(r.state)) != 1 {
		http.Error(w, "This is not the answer to a sign-in of kubectl oauth login.", http.StatusBadRequest)
		return
	}
	got := r.read(query.Get("iss"), query.Get("error"), query.Get("code"))
	select {
	case r.answers <- got:
	default:
		http.Error(w, "This sign-in has ended. Start again on the command line.", http.StatusBadRequest)
		return
	}
	if got.err != nil {
		http.Error(w, "You are not signed in. The command line says why.", http.StatusBadRequest)
		return
	}
	_, _ = fmt.Fprintln(w, "You can close this window and return to the command line.")
}

// read returns the code of a response whose state is right (RFC 6749 section 4.1.2 and RFC
// 9207).
func (r *receiver) read(issuer, refusal, code string) answer {
	switch {
	case issuer != r.issuer && (issuer != "" || r.sendsIssuer):
		return answer{err: errors.New("sign in: the response is of another issuer")}
	case refusal != "":
		return answer{err: fmt.Errorf("sign in: the server refuses: %s", short(cli.Plain(refusal)))}
	case code == "":
		return answer{err: errors.New("sign in: the response has no code")}
	}
	return answer{code: code}
}

func short(text string) string {
	if runes := []rune(text); len(runes) > 100 {
		return string(runes[:100])
	}
	return text
}
