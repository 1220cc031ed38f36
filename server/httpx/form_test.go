package httpx_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/httpx"
)

func posted(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/token", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func TestParseFormKeepsWhatCounts(t *testing.T) {
	for name, test := range map[string]struct {
		body   string
		wanted url.Values
	}{
		"nothing":                   {"", url.Values{}},
		"a parameter":               {"a=1", url.Values{"a": {"1"}}},
		"empty values are omitted":  {"a=&b=2&c", url.Values{"b": {"2"}}},
		"encoding":                  {"a=%3D+%26&%62=%00", url.Values{"a": {"= &"}, "b": {"\x00"}}},
		"audience and resource":     {"audience=1&audience=2&resource=3&resource=4", url.Values{"audience": {"1", "2"}, "resource": {"3", "4"}}},
		"case matters":              {"A=1&a=2", url.Values{"A": {"1"}, "a": {"2"}}},
		"as many as there may be":   {strings.TrimPrefix(strings.Repeat("&audience=x", 64), "&"), url.Values{"audience": strings.Split(strings.Repeat("x", 64), "")}},
		"a body of exactly 64 KiB":  {"a=" + strings.Repeat("x", 64<<10-2), url.Values{"a": {strings.Repeat("x", 64<<10-2)}}},
		"what is in other charsets": {"a=%ff", url.Values{"a": {"\xff"}}},
	} {
		t.Run(name, func(t *testing.T) {
			r := posted(test.body)
			if err := httpx.ParseForm(httptest.NewRecorder(), r); err != nil {
				t.Fatal(err)
			}
			if r.PostForm.Encode() != test.wanted.Encode() || r.Form.Encode() != test.wanted.Encode() {
				t.Errorf("parsed %v", r.PostForm)
			}
		})
	}
}

func TestParseFormRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*http.Request)
		body   string
		status int
	}{
		"another method":        {func(r *http.Request) { r.Method = http.MethodGet }, "a=1", http.StatusMethodNotAllowed},
		"a query":               {func(r *http.Request) { r.URL.RawQuery = "a=1" }, "", http.StatusBadRequest},
		"no type":               {func(r *http.Request) { r.Header.Del("Content-Type") }, "a=1", http.StatusBadRequest},
		"JSON":                  {func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, "{}", http.StatusBadRequest},
		"multipart":             {func(r *http.Request) { r.Header.Set("Content-Type", "multipart/form-data; boundary=x") }, "--x--", http.StatusBadRequest},
		"two types":             {func(r *http.Request) { r.Header.Add("Content-Type", "application/x-www-form-urlencoded") }, "a=1", http.StatusBadRequest},
		"a parameter twice":     {nil, "a=1&a=2", http.StatusBadRequest},
		"twice without a value": {nil, "a=&a=", http.StatusBadRequest},
		"a bad escape":          {nil, "a=%zz", http.StatusBadRequest},
		"a semicolon":           {nil, "a=1;b=2", http.StatusBadRequest},
		"more than 64 KiB":      {nil, "a=" + strings.Repeat("x", 64<<10-1), http.StatusRequestEntityTooLarge},
		"too many audiences":    {nil, strings.Repeat("&audience=x", 65), http.StatusBadRequest},
		"too many names":        {nil, manyNames(65), http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			r, w := posted(test.body), httptest.NewRecorder()
			if test.change != nil {
				test.change(r)
			}
			err := httpx.ParseForm(w, r)
			refusal, ok := err.(*httpx.Error)
			if !ok || refusal.Status != test.status || refusal.Code != httpx.CodeInvalidRequest {
				t.Errorf("the error is %v", err)
			}
			if (w.Header().Get("Allow") == http.MethodPost) != (test.status == http.StatusMethodNotAllowed) {
				t.Errorf("Allow is %q", w.Header().Get("Allow"))
			}
		})
	}
}

func manyNames(n int) string {
	var names []string
	for i := range n {
		names = append(names, "p"+strings.Repeat("x", i)+"=1")
	}
	return strings.Join(names, "&")
}

// FuzzParseForm checks that whatever is accepted obeys the rules of RFC 6749 section
// 3.2, and that whatever is refused is refused with a code.
func FuzzParseForm(f *testing.F) {
	for _, body := range []string{"", "grant_type=client_credentials&scope=read", "a=1&a=2", "a=&b", "audience=1&audience=", "%zz", "a;b", "\x00=\xff", "=&=", "&&&"} {
		f.Add("POST", "application/x-www-form-urlencoded", "", body)
	}
	f.Add("GET", "application/x-www-form-urlencoded", "", "a=1")
	f.Add("POST", "multipart/form-data; boundary=x", "", "--x\r\n\r\n\r\n--x--")
	f.Add("POST", "application/x-www-form-urlencoded; charset=\"", "x=1", "a=1")
	f.Add("POST", "", "", "a=1")
	f.Fuzz(func(t *testing.T, method, contentType, query, body string) {
		r := &http.Request{
			Method: method, URL: &url.URL{Path: "/token", RawQuery: query},
			Header: http.Header{"Content-Type": {contentType}}, Body: http.NoBody,
		}
		r.Body = httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body)).Body
		err := httpx.ParseForm(httptest.NewRecorder(), r)
		if err != nil {
			if refusal, ok := err.(*httpx.Error); !ok || refusal.Status >= 500 || refusal.Code == "" {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if method != http.MethodPost || query != "" || len(body) > 64<<10 {
			t.Fatalf("accepted %q with query %q and %d bytes", method, query, len(body))
		}
		if !strings.Contains(strings.ToLower(contentType), "application/x-www-form-urlencoded") {
			t.Fatalf("accepted type %q", contentType)
		}
		for name, values := range r.PostForm {
			if len(values) == 0 || len(values) > 1 && name != "audience" && name != "resource" || len(values) == 1 && values[0] == "" {
				t.Fatalf("accepted %q=%q", name, values)
			}
		}
	})
}
