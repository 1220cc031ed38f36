package flow

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/logins"
)

// note is the form of a page of this test.
type note struct {
	Sealed
	Text string `json:"x"`
}

func TestAFormIsForOnePageOneBrowserAndSomeTime(t *testing.T) {
	issuer := func() string { return "https://auth.example.com" }
	now := time.Now()
	visits := &Visits{
		Issuer: issuer, Settings: func() *serverspec.Settings { return &serverspec.Settings{PageLifetime: time.Minute} },
		Keys: keystest.NewStore(t), Now: func() time.Time { return now },
	}
	visits.Logins = logins.New(storage.Backend{Keys: visits.Keys, Issuer: issuer}, nil)
	visit := func(cookies ...*http.Cookie) *Visit {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		for _, cookie := range cookies {
			r.AddCookie(cookie)
		}
		v, err := visits.Visit(r)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := visit()
	sealed, err := first.Seal(PageConsent, &note{Text: "kept"})
	if err != nil {
		t.Fatal(err)
	}
	form, cookies := url.Values{Field: {sealed}}, first.With(Answer{}).Cookies
	other := visit()
	other.mark()
	for name, test := range map[string]struct {
		visit *Visit
		page  Page
		form  url.Values
		later time.Duration
		works bool
	}{
		"as it was made":   {visit(cookies...), PageConsent, form, time.Minute - time.Millisecond, true},
		"at its end":       {visit(cookies...), PageConsent, form, time.Minute, false},
		"on another page":  {visit(cookies...), PageSignIn, form, 0, false},
		"another browser":  {other, PageConsent, form, 0, false},
		"a new browser":    {visit(), PageConsent, form, 0, false},
		"another content":  {visit(cookies...), PageConsent, url.Values{Field: {sealed[:len(sealed)-4] + "AAAA"}}, 0, false},
		"without the form": {visit(cookies...), PageConsent, nil, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			start := now
			now = now.Add(test.later)
			defer func() { now = start }()
			var read note
			if err := test.visit.Open(test.page, test.form, &read); (err == nil) != test.works || test.works && read.Text != "kept" {
				t.Errorf("it reads as %+v, %v", read, err)
			}
		})
	}
}
