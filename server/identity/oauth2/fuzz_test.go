package oauth2

import (
	"testing"
	"unicode/utf8"

	"github.com/grantor-dev/grantor/server/identity/upstream"
)

func FuzzProfile(f *testing.F) {
	for _, seed := range []string{`{"data":{"id":7,"roles":["a"]}}`, `{"data":{"id":"a"},"data":1}`, `[]`, `{"data":{"id":1e9}}`, "{\"data\":{\"id\":\"\xff\"}}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		account, err := described{profileOf}.read(body)
		if err != nil {
			return
		}
		for _, text := range append([]string{account.ID}, account.Groups...) {
			if !upstream.Line(text) {
				t.Errorf("%q is taken over", text)
			}
		}
		if !utf8.ValidString(account.Username+account.Email+account.DisplayName) || account.EmailVerified && account.Email == "" {
			t.Errorf("%+v", account)
		}
	})
}
