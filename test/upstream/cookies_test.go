package upstream

import (
	"net/url"
	"strings"
	"testing"
)

// TestManySignInsOfOneBrowser: three count at once, among them the last one, so that the cookies
// of a browser stay few.
func TestManySignInsOfOneBrowser(t *testing.T) {
	s := newScene(t, "many")
	s.provider.SetUser("7", claims("ada"))
	v := s.Visitor()
	var answers []url.Values
	for range 5 {
		to, _ := s.app.AuthorizationURL(nil)
		answers = append(answers, s.provider.Allow(s.leave(t, v, v.Get(t, to)), "7"))
	}
	kept := 0
	for _, cookie := range v.Cookies(s.Issuer) {
		if strings.Contains(cookie.Name, "elsewhere-") {
			kept++
		}
	}
	if kept != 3 {
		t.Errorf("%d cookies", kept)
	}
	count, last := 0, false
	for _, answer := range answers {
		view := s.agree(t, v, v.Get(t, s.callback(answer)))
		if last = view.Param("code") != ""; last {
			count++
		}
	}
	if count != 3 || !last {
		t.Errorf("%d of the answers count, the last one %v", count, last)
	}
}

// TestALongRequest: the state of the application comes back, however long it may be.
func TestALongRequest(t *testing.T) {
	s := newScene(t, "long")
	s.provider.SetUser("7", claims("ada"))
	state := strings.Repeat("s", 2048)
	view, _ := s.arrive(t, s.Visitor(), "7", url.Values{"state": {state}, "login_hint": {strings.Repeat("h", 1000)}})
	if view.Param("code") == "" || view.Param("state") != state {
		t.Errorf("%d %v %s", view.Status, view.Elsewhere, view.Body)
	}
}
