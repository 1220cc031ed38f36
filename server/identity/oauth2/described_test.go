package oauth2

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

var profileOf = oauthv1alpha1.OAuth2Profile{
	ID: "/data/id", Username: "/data/attributes/login", DisplayName: "/data/attributes/full~1name", Email: "/data/emails/0/address",
	EmailVerified: "/data/emails/0/verified", Groups: "/data/roles",
}

func TestDescribedProfile(t *testing.T) {
	account, err := described{profileOf}.read([]byte(`{"data":{"id":90071992547409931,"attributes":{"login":"ada","full/name":"Ada Lovelace"},
		"emails":[{"address":"ada@example.com","verified":true}],"roles":["b",7,"a","",null]}}`))
	if err != nil || account.ID != "90071992547409931" || account.Username != "ada" || account.DisplayName != "Ada Lovelace" || account.Email != "ada@example.com" ||
		!account.EmailVerified || !slices.Equal(account.Groups, []string{"b", "a"}) {
		t.Errorf("%+v, %v", account, err)
	}
}

func TestDescribedProfileThatIsOdd(t *testing.T) {
	for sentence, test := range map[string]struct {
		body string
		want *upstream.Account
	}{
		"nothing but an ID":                {`{"data":{"id":"a"}}`, &upstream.Account{ID: "a"}},
		"other types":                      {`{"data":{"id":"a","attributes":{"login":7,"full/name":null},"emails":[{"address":"a@example.com","verified":"true"}],"roles":{"a":1}}}`, &upstream.Account{ID: "a", Email: "a@example.com"}},
		"one group":                        {`{"data":{"id":"a","roles":"admins"}}`, &upstream.Account{ID: "a", Groups: []string{"admins"}}},
		"a verified address that is none":  {`{"data":{"id":"a","emails":[{"verified":true}]}}`, &upstream.Account{ID: "a"}},
		"a name of two lines":              {`{"data":{"id":"a","attributes":{"login":"a\nb"}}}`, &upstream.Account{ID: "a"}},
		"no ID":                            {`{"data":{}}`, nil},
		"an empty ID":                      {`{"data":{"id":""}}`, nil},
		"an ID that is null":               {`{"data":{"id":null}}`, nil},
		"an ID that is a list":             {`{"data":{"id":["a"]}}`, nil},
		"an ID that is true":               {`{"data":{"id":true}}`, nil},
		"an ID that is negative":           {`{"data":{"id":-1}}`, nil},
		"an ID with a fraction":            {`{"data":{"id":1.0}}`, nil},
		"an ID of two lines":               {`{"data":{"id":"a\nb"}}`, nil},
		"an ID of 300 digits":              {`{"data":{"id":` + strings.Repeat("1", 300) + `}}`, nil},
		"data twice":                       {`{"data":{"id":"a"},"data":{"id":"b"}}`, nil},
		"a list":                           {`[{"id":"a"}]`, nil},
		"more than one value":              {`{"data":{"id":"a"}}{}`, nil},
		"too deep":                         {`{"data":{"id":"a"},"x":` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`, nil},
		"a list where an object should be": {`{"data":["id"]}`, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := described{profileOf}.read([]byte(test.body))
			if test.want == nil {
				if err == nil {
					t.Errorf("%+v", got)
				}
				return
			}
			if err != nil || got.ID != test.want.ID || got.Username != test.want.Username || got.Email != test.want.Email || got.EmailVerified || !slices.Equal(got.Groups, test.want.Groups) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// TestDescribedServer: how the client authenticates, and what a 401 says.
func TestDescribedServer(t *testing.T) {
	status, profile := http.StatusOK, `{"data":{"id":"a"}}`
	var id, password string
	var basic bool
	answer := `{"access_token":"at","token_type":"Bearer","expires_in":300}`
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/token" {
			id, password, basic = r.BasicAuth()
			_, _ = w.Write([]byte(answer))
			return
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(profile))
	}))
	defer server.Close()
	at := func(path string) oauthv1alpha1.WebURI { return oauthv1alpha1.WebURI(server.URL + path) }
	of := profileOf
	of.URL = at("/me")
	p := newProvider(t, &oauthv1alpha1.OAuth2Provider{ClientID: "c:1", Custom: &oauthv1alpha1.OAuth2CustomProvider{
		AuthorizationEndpoint: at("/authorize?tenant=a"), TokenEndpoint: at("/token"), Profile: of,
	}, Parameters: map[string]oauthv1alpha1.TokenParameter{"prompt": "login"}}, server)
	to, err := p.AuthorizationURL(t.Context(), request)
	if err != nil || !strings.Contains(to, "tenant=a") || !strings.Contains(to, "prompt=login") || strings.Contains(to, "login=octocat") {
		t.Errorf("%s, %v", to, err)
	}
	account, err := p.Redeem(t.Context(), "code", request)
	if err != nil || account.ID != "a" || !basic || id != "c%3A1" || password != secret {
		t.Errorf("%+v, %v, basic %t %q", account, err, basic, id)
	}
	if p.Asks(account) {
		t.Error("an access token that expires, without a refresh token, is of no use later")
	}
	answer = `{"access_token":"at","token_type":"Bearer"}`
	if account, err = p.Redeem(t.Context(), "code", request); err != nil || !p.Asks(account) {
		t.Fatal(err)
	}
	for code, gone := range map[int]bool{http.StatusUnauthorized: true, http.StatusForbidden: false, http.StatusInternalServerError: false, http.StatusFound: false} {
		status = code
		if _, err := p.Again(t.Context(), account); err == nil || errors.Is(err, upstream.ErrGone) != gone {
			t.Errorf("%d: %v", code, err)
		}
	}
	status, profile = http.StatusOK, `{"data":{"id":"a"}}`+strings.Repeat(" ", maxProfile)
	if _, err := p.Again(t.Context(), account); !errors.Is(err, errTooLong) {
		t.Errorf("a long profile: %v", err)
	}
}
