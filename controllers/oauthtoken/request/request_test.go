package request

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/outbound"
)

func through(networks ...string) *http.Client {
	return outbound.New(outbound.Options{Networks: func() (all []netip.Prefix) {
		for _, n := range networks {
			all = append(all, netip.MustParsePrefix(n))
		}
		return all
	}, Timeout: 20 * time.Second, MaxBody: MaxBody})
}

// answered sends a request to an endpoint that answers so.
func answered(t *testing.T, status int, body string, header ...string) (Answer, *TokenError) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	defer server.Close()
	answer, err := Send(t.Context(), through("127.0.0.0/8"), server.URL, Client{ID: "i", Authentication: oauthv1alpha1.TokenClientNone}, url.Values{"refresh_token": {"hidden"}})
	failure, _ := errors.AsType[*TokenError](err)
	if err != nil && failure == nil {
		t.Fatalf("another error: %v", err)
	}
	return answer, failure
}

func TestAnswersWithAToken(t *testing.T) {
	for body, want := range map[string]Answer{
		`{"access_token":"a","token_type":"Bearer","expires_in":3600,"refresh_token":"r","scope":"x y"}`: {
			AccessToken: "a", TokenType: "Bearer", RefreshToken: "r", ExpiresIn: time.Hour, HasEnd: true, Scopes: []string{"x", "y"}},
		`{"access_token":"a"}`: {AccessToken: "a", TokenType: "Bearer"},
		`{"access_token":"a","token_type":"bearer","expires_in":"600"}`:     {AccessToken: "a", TokenType: "Bearer", ExpiresIn: 10 * time.Minute, HasEnd: true},
		`{"access_token":"a","expires_in":null,"refresh_token":null}`:       {AccessToken: "a", TokenType: "Bearer"},
		`{"access_token":"a","scope":"repo,gist","more":{"a":[1]}}`:         {AccessToken: "a", TokenType: "Bearer", Scopes: []string{"repo", "gist"}},
		`{"access_token":"a","scope":""}`:                                   {AccessToken: "a", TokenType: "Bearer", Scopes: []string{}},
		`{"access_token":"a","expires_in":3600.0}`:                          {AccessToken: "a", TokenType: "Bearer", ExpiresIn: time.Hour, HasEnd: true},
		`{"access_token":"a","expires_in":3.6e3}`:                           {AccessToken: "a", TokenType: "Bearer", ExpiresIn: time.Hour, HasEnd: true},
		`{"access_token":"a","expires_in":4294967296}`:                      {AccessToken: "a", TokenType: "Bearer", ExpiresIn: longestLifetime, HasEnd: true},
		`{"access_token":"a","expires_in":0}`:                               {AccessToken: "a", TokenType: "Bearer", HasEnd: true},
		`{"access_token":"` + strings.Repeat("a", maxToken) + `"}`:          {AccessToken: strings.Repeat("a", maxToken), TokenType: "Bearer"},
		`{"access_token":"a","scope":"` + strings.Repeat("s ", 100) + `"}`:  {AccessToken: "a", TokenType: "Bearer", Scopes: strings.Fields(strings.Repeat("s ", maxScopes))},
		`{"access_token":"a","scope":"x ` + strings.Repeat("s", 300) + `"}`: {AccessToken: "a", TokenType: "Bearer", Scopes: []string{"x"}},
	} {
		got, failure := answered(t, http.StatusOK, body)
		if failure != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%.80s: %v, %.200v", body, failure, got)
		}
	}
}

func TestAnswersWithoutAToken(t *testing.T) {
	for sentence, test := range map[string]struct {
		status int
		body   string
		header []string
		want   TokenError
	}{
		"a refresh token that ended":   {400, `{"error":"invalid_grant","error_description":"hidden"}`, nil, TokenError{Kind: Ended, Status: 400, Code: "invalid_grant"}},
		"GitHub's, with HTTP 200":      {200, `{"error":"bad_refresh_token"}`, nil, TokenError{Kind: Ended, Status: 200, Code: "bad_refresh_token"}},
		"a client that is refused":     {401, `{"error":"invalid_client"}`, nil, TokenError{Kind: Refused, Status: 401, Code: "invalid_client"}},
		"an error that nobody knows":   {400, `{"error":"hidden"}`, nil, TokenError{Kind: Refused, Status: 400}},
		"that with HTTP 200":           {200, `{"error":"hidden"}`, nil, TokenError{Kind: Refused, Status: 200}},
		"an error that is no text":     {400, `{"error":{"code":1}}`, nil, TokenError{Kind: Refused, Status: 400}},
		"too many requests":            {429, `slow down`, []string{"Retry-After", "120"}, TokenError{Kind: Unavailable, Status: 429, RetryAfter: 2 * time.Minute}},
		"a date to wait for":           {503, ``, []string{"Date", "Sun, 01 Mar 2026 12:00:00 GMT", "Retry-After", "Sun, 01 Mar 2026 12:00:30 GMT"}, TokenError{Kind: Unavailable, Status: 503, RetryAfter: 30 * time.Second, Uncertain: true}},
		"a time that is no time":       {503, ``, []string{"Retry-After", "-5"}, TokenError{Kind: Unavailable, Status: 503, Uncertain: true}},
		"an internal error":            {500, `{"error":"server_error"}`, nil, TokenError{Kind: Unavailable, Status: 500, Code: "server_error", Uncertain: true}},
		"a redirect":                   {302, ``, []string{"Location", "https://elsewhere.example"}, TokenError{Kind: Unreadable, Status: 302, Uncertain: true}},
		"a page":                       {200, `<html>hidden</html>`, nil, TokenError{Kind: Unreadable, Status: 200, Uncertain: true}},
		"no token":                     {200, `{}`, nil, TokenError{Kind: Unreadable, Status: 200, Uncertain: true}},
		"two tokens":                   {200, `{"access_token":"a","access_token":"b"}`, nil, TokenError{Kind: Unreadable, Status: 200, Uncertain: true}},
		"a token with a line break":    {200, `{"access_token":"a\nb"}`, nil, TokenError{Kind: Unreadable, Status: 200, Uncertain: true}},
		"a token that is too long":     {200, `{"access_token":"` + strings.Repeat("a", maxToken+1) + `"}`, nil, TokenError{Kind: Unreadable, Status: 200, Uncertain: true}},
		"a refresh token with a space": {200, `{"access_token":"a","refresh_token":"b c"}`, nil, TokenError{Kind: Unreadable, Status: 200, Uncertain: true}},
		"a token that is bound":        {200, `{"access_token":"a","token_type":"DPoP"}`, nil, TokenError{Kind: Unreadable, Status: 200, Uncertain: true}},
		"a lifetime below zero":        {200, `{"access_token":"a","expires_in":-1}`, nil, TokenError{Kind: Unreadable, Status: 200, Uncertain: true}},
		"a lifetime that is no number": {200, `{"access_token":"a","expires_in":"soon"}`, nil, TokenError{Kind: Unreadable, Status: 200, Uncertain: true}},
		"a lifetime that is infinite":  {200, `{"access_token":"a","expires_in":"inf"}`, nil, TokenError{Kind: Unreadable, Status: 200, Uncertain: true}},
		"a lifetime without a number":  {200, `{"access_token":"a","expires_in":"NaN"}`, nil, TokenError{Kind: Unreadable, Status: 200, Uncertain: true}},
		"a lifetime without an end":    {200, `{"access_token":"a","expires_in":1e999}`, nil, TokenError{Kind: Unreadable, Status: 200, Uncertain: true}},
		"more than is read":            {200, `{"access_token":"a","x":"` + strings.Repeat("a", MaxBody) + `"}`, nil, TokenError{Kind: Unreadable, Status: 200, Uncertain: true}},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, failure := answered(t, test.status, test.body, test.header...)
			if failure == nil || *failure != test.want {
				t.Fatalf("%+v", failure)
			}
			if strings.Contains(failure.Error(), "hidden") {
				t.Errorf("the error quotes: %s", failure)
			}
		})
	}
}

// The refresh token that was sent may be spent by then.
func TestAnAnswerThatIsRefusedKeepsItsRefreshToken(t *testing.T) {
	for _, body := range []string{
		`{"access_token":"a","refresh_token":"r","expires_in":-1}`,
		`{"access_token":"a","refresh_token":"r","token_type":"DPoP"}`,
		`{"access_token":"a b","refresh_token":"r"}`,
		`{"refresh_token":"r"}`,
	} {
		if got, failure := answered(t, http.StatusOK, body); failure == nil || !reflect.DeepEqual(got, Answer{RefreshToken: "r"}) {
			t.Errorf("%s: %v, %+v", body, failure, got)
		}
	}
	if got, _ := answered(t, http.StatusBadRequest, `{"error":"invalid_grant","refresh_token":"r"}`); got.RefreshToken != "" {
		t.Error("an error has a refresh token")
	}
}

func TestHowAClientAuthenticates(t *testing.T) {
	for method, want := range map[oauthv1alpha1.TokenClientAuthentication][2]string{
		oauthv1alpha1.TokenClientSecretBasic: {"Basic YSUzQSUyQitiJUMzJUE0OnMlMjYlM0QrJTI1", "grant_type=x"},
		oauthv1alpha1.TokenClientSecretPost:  {"", "client_id=a%3A%2B+b%C3%A4&client_secret=s%26%3D+%25&grant_type=x"},
		oauthv1alpha1.TokenClientNone:        {"", "client_id=a%3A%2B+b%C3%A4&grant_type=x"},
	} {
		request, err := build(t.Context(), "https://provider.example/token", Client{ID: "a:+ bä", Secret: "s&= %", Authentication: method}, url.Values{"grant_type": {"x"}})
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{request.Header.Get("Authorization"), string(body)}; got != want {
			t.Errorf("%s: %q", method, got)
		}
	}
}

func TestWhetherARequestWasSent(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	hangs := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	}))
	defer hangs.Close()
	strange := httptest.NewUnstartedServer(http.NotFoundHandler())
	strange.Config.ErrorLog = log.New(io.Discard, "", 0)
	strange.StartTLS()
	defer strange.Close()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	hasty := through("127.0.0.0/8")
	hasty.Timeout = 100 * time.Millisecond
	for sentence, test := range map[string]struct {
		client   *http.Client
		endpoint string
		want     TokenError
	}{
		"nobody listens":             {through("127.0.0.0/8"), closed.URL, TokenError{Kind: Unavailable}},
		"the connection ends":        {through("127.0.0.0/8"), hangs.URL, TokenError{Kind: Unavailable, Uncertain: true}},
		"its certificate is strange": {through("127.0.0.0/8"), strange.URL, TokenError{Kind: Unavailable}},
		"TLS is not answered":        {hasty, "https://" + silent.Addr().String(), TokenError{Kind: Unavailable}},
		"it is not answered":         {hasty, "http://" + silent.Addr().String(), TokenError{Kind: Unavailable, Uncertain: true}},
		"an address of the cluster":  {through(), hangs.URL, TokenError{Kind: Address}},
		"metadata of a cloud":        {through(), "http://169.254.169.254/token", TokenError{Kind: Address}},
		"not a URL":                  {through(), "https://\x7f", TokenError{Kind: Unusable}},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := Send(context.Background(), test.client, test.endpoint, Client{}, nil)
			if failure, ok := errors.AsType[*TokenError](err); !ok || *failure != test.want {
				t.Errorf("%+v", err)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(200, []byte(`{"access_token":"a","expires_in":"1"}`))
	f.Add(400, []byte(`{"error":"invalid_grant"}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		answer, err := read(&http.Response{StatusCode: status, Header: http.Header{}}, body)
		if err == nil && (status != http.StatusOK || answer.AccessToken == "" || !isToken(answer.AccessToken+answer.RefreshToken) || answer.ExpiresIn < 0) {
			t.Errorf("%+v", answer)
		}
	})
}
