package integration

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// A client that ends its side of the connection, as it may once it has sent its
// request, still gets the answer; and what it asked for happens.
func TestClientsThatEndTheirSideFirst(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	token := p.token(t, 0)
	send := func(path string) string {
		form := "token=" + url.QueryEscape(token)
		request := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nAuthorization: Basic %s\r\nContent-Length: %d\r\n\r\n%s",
			path, base64.StdEncoding.EncodeToString([]byte(p.ID+":"+p.Secret)), len(form), form)
		answer, err := wire(t, 0, request)
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	for range 20 {
		if answer := send("/introspect"); status(answer) != 200 || !strings.Contains(answer, `"active":true`) {
			t.Fatalf("introspection answers %q", answer)
		}
	}
	if answer := send("/revoke"); status(answer) != 200 {
		t.Errorf("revocation answers %q", answer)
	}
	inactive(t, p.introspect(t, 1, token))
}
