package flow

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/storage"
)

// Pages that a new browser opens at the same time mark it several times.
func TestEachMarkOfABrowserCounts(t *testing.T) {
	j := newJar("https://auth.example.com")
	one, two := storage.NewName(), storage.NewName()
	r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	for _, mark := range []string{one, two} {
		cookie := j.setMark(mark)
		if !strings.HasPrefix(cookie.Name, "__Host-") || !cookie.Secure || !cookie.HttpOnly || cookie.Path != "/" || cookie.Domain != "" {
			t.Errorf("a mark is set as %s", cookie)
		}
		r.AddCookie(cookie)
	}
	foreign := newJar("https://other.example.com").setMark(storage.NewName())
	renamed := j.setMark(storage.NewName())
	renamed.Name = j.setMark(one).Name
	for _, cookie := range []*http.Cookie{foreign, renamed, {Name: j.prefix + "browser-", Value: "x"}} {
		r.AddCookie(cookie)
	}
	marks := j.marks(r)
	if len(marks) != 2 || marks[0] != one || marks[1] != two {
		t.Errorf("the marks are %v", marks)
	}
	for range 100 {
		r.AddCookie(j.setMark(storage.NewName()))
	}
	if got := len(j.marks(r)); got > maxMarks {
		t.Errorf("%d marks count", got)
	}
}

func TestLoginCookieIsSentOnce(t *testing.T) {
	j := newJar("http://127.0.0.1:8080")
	r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	cookie := j.set(loginCookie, "value", 0)
	if strings.HasPrefix(cookie.Name, "__Host-") || cookie.Secure || cookie.MaxAge < 1 {
		t.Errorf("without https it is set as %s", cookie)
	}
	if j.value(r, loginCookie) != "" {
		t.Error("somebody is signed in without a cookie")
	}
	r.AddCookie(cookie)
	if j.value(r, loginCookie) != "value" {
		t.Errorf("the cookie reads %q", j.value(r, loginCookie))
	}
	r.AddCookie(cookie)
	if j.value(r, loginCookie) != "" {
		t.Error("two cookies are one")
	}
}
