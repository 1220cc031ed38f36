package compat

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/httpx"
)

// endpoint answers as a test says.
type endpoint func(w http.ResponseWriter, r *http.Request) error

func (e endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error { return e(w, r) }

func posted(form string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/x", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// What an endpoint refuses is refused, whatever an adapter would make of the answer.
func TestRefusalsStay(t *testing.T) {
	refusal := httpx.BadRequest(httpx.CodeInvalidGrant, "no")
	changed := Route{Answer: func(*Server, *http.Request, map[string]any) (any, error) {
		t.Error("a refusal is changed")
		return map[string]any{"access_token": "x"}, nil
	}}
	for name, test := range map[string]struct {
		next   endpoint
		status int
		body   string
	}{
		"an error": {func(http.ResponseWriter, *http.Request) error { return refusal }, http.StatusOK, ""},
		"a written error": {func(w http.ResponseWriter, _ *http.Request) error {
			httpx.WriteJSON(w, http.StatusTeapot, "no")
			return nil
		}, http.StatusTeapot, `"no"`},
	} {
		w := httptest.NewRecorder()
		err := (&Server{}).Endpoint(changed, test.next).ServeEndpoint(w, posted("a=b"))
		if test.body == "" && !errors.Is(err, refusal) || test.body != "" && err != nil || w.Code != test.status || w.Body.String() != test.body {
			t.Errorf("%s: %v, %d %s", name, err, w.Code, w.Body)
		}
	}
	refused := Route{Request: func(*Server, http.ResponseWriter, *http.Request) (*http.Request, error) { return nil, refusal }}
	next := endpoint(func(http.ResponseWriter, *http.Request) error { t.Error("the endpoint is asked"); return nil })
	if err := (&Server{}).Endpoint(refused, next).ServeEndpoint(httptest.NewRecorder(), posted("")); !errors.Is(err, refusal) {
		t.Errorf("the adapter's refusal becomes %v", err)
	}
}

// Members that no adapter knows pass unchanged, numbers as they were written.
func TestAnswersKeepWhatTheyHave(t *testing.T) {
	added := Route{Answer: func(_ *Server, _ *http.Request, members map[string]any) (any, error) {
		members["more"] = "x"
		return members, nil
	}}
	next := endpoint(func(w http.ResponseWriter, _ *http.Request) error {
		httpx.WriteJSONBody(w, http.StatusCreated, []byte(`{"expires_in":12345678901234567890,"list":[1.50]}`))
		return nil
	})
	w := httptest.NewRecorder()
	if err := (&Server{}).Endpoint(added, next).ServeEndpoint(w, posted("")); err != nil {
		t.Fatal(err)
	}
	if w.Code != http.StatusCreated || w.Body.String() != `{"expires_in":12345678901234567890,"list":[1.50],"more":"x"}` || w.Header().Get("Content-Length") != "60" {
		t.Errorf("the answer is %d %s, length %s", w.Code, w.Body, w.Header().Get("Content-Length"))
	}
}

// An endpoint that answers with no body, as after DELETE, does so through an adapter.
func TestAnAnswerWithoutABody(t *testing.T) {
	route := Route{Answer: func(*Server, *http.Request, map[string]any) (any, error) {
		t.Error("nothing is changed")
		return map[string]any{}, nil
	}}
	w := httptest.NewRecorder()
	err := (&Server{}).Endpoint(route, endpoint(func(w http.ResponseWriter, _ *http.Request) error { w.WriteHeader(http.StatusNoContent); return nil })).ServeEndpoint(w, posted(""))
	if err != nil || w.Code != http.StatusNoContent || w.Body.Len() > 0 {
		t.Errorf("%v, %d %s", err, w.Code, w.Body)
	}
}

// A request that was changed is read by the endpoint as strictly as any other.
func TestChangedRequestsAreReadAgain(t *testing.T) {
	r := posted("grant_type=a&scope=%C3%A4+b")
	form, err := Parameters(httptest.NewRecorder(), r)
	if err != nil {
		t.Fatal(err)
	}
	form.Set("more", "&=x")
	changed := With(r, form)
	if err := httpx.ParseForm(httptest.NewRecorder(), changed); err != nil || changed.PostForm.Encode() != "grant_type=a&more=%26%3Dx&scope=%C3%A4+b" {
		t.Errorf("the form is %v: %v", changed.PostForm, err)
	}
	query := httptest.NewRequest(http.MethodGet, "/x?a=b", http.NoBody)
	if form, err = Parameters(httptest.NewRecorder(), query); err != nil {
		t.Fatal(err)
	}
	form.Set("c", "d")
	changed = With(query, form)
	if changed.URL.RawQuery != "a=b&c=d" || query.URL.RawQuery != "a=b" {
		t.Errorf("the query is %s, and was %s", changed.URL.RawQuery, query.URL.RawQuery)
	}
	for name, bad := range map[string]*http.Request{
		"a parameter twice": posted("a=b&a=c"), "no form": httptest.NewRequest(http.MethodPost, "/x", strings.NewReader("a=b")),
		"in the URL":  func() *http.Request { r := posted("a=b"); r.URL = &url.URL{Path: "/x", RawQuery: "c=d"}; return r }(),
		"no encoding": posted("%"), "twice in a query": httptest.NewRequest(http.MethodGet, "/x?a=b&a=c", http.NoBody), "too large": posted(strings.Repeat("x", 70_000)),
	} {
		if _, err := Parameters(httptest.NewRecorder(), bad); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

// Whatever the parameters are, those that an adapter does not change stay.
func FuzzParametersStay(f *testing.F) {
	f.Add("a=b&c=%00&d=%F0%9F%94%91")
	f.Add("=&&=x")
	f.Add("a;b=c+d%20e")
	f.Fuzz(func(t *testing.T, body string) {
		r := posted(body)
		form, err := Parameters(httptest.NewRecorder(), r)
		if err != nil {
			return
		}
		changed := With(r, form)
		raw, err := io.ReadAll(changed.Body)
		if err != nil {
			t.Fatal(err)
		}
		again, err := url.ParseQuery(string(raw))
		if err != nil || again.Encode() != form.Encode() {
			t.Errorf("%q becomes %q: %v", body, raw, err)
		}
	})
}
