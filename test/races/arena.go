package races

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// Ways is how many requests meet in a round.
const Ways = 16

// Arena is where requests meet.
type Arena struct {
	// App is the application that asks, Other one that has nothing to do with it.
	App, Other installation.App
	// Replicas are the URLs of the server's replicas.
	Replicas []string
	// Cookies are those of a browser in which a user has signed in and allowed App all
	// that it asks for.
	Cookies []*http.Cookie
	// Admin reads what is stored.
	Admin client.Client
	// Client sends the requests. It must not follow redirects.
	Client *http.Client
}

// NewClient returns a client for an Arena that trusts whom the transport trusts.
func NewClient(transport *http.Transport) *http.Client {
	transport = transport.Clone()
	transport.MaxIdleConnsPerHost = 2 * Ways
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// replica returns the URL of one of the replicas, so that neighbours ask different
// ones.
func (a *Arena) replica(i int) string { return a.Replicas[i%len(a.Replicas)] }

// code returns a new authorization code and its verifier.
func (a *Arena) code(ctx context.Context) (code, verifier string, err error) {
	to, verifier := a.App.AuthorizationURL(url.Values{"scope": {"openid offline_access read"}})
	code, err = a.codeAt(ctx, to)
	return code, verifier, err
}

// codeAt returns the code that a browser gets for an authorization request.
func (a *Arena) codeAt(ctx context.Context, to string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, to, http.NoBody)
	if err != nil {
		return "", err
	}
	for _, cookie := range a.Cookies {
		request.AddCookie(cookie)
	}
	answer, err := a.send(request)
	if err != nil {
		return "", err
	}
	location, err := url.Parse(answer.Header.Get("Location"))
	if err != nil || location.Query().Get("code") == "" {
		return "", fmt.Errorf("/authorize answers %d and leads to %s", answer.Status, location)
	}
	return location.Query().Get("code"), nil
}

// tokens are what an application got.
type tokens struct{ access, refresh string }

func tokensOf(answer installation.Answer) tokens {
	access, _ := answer.JSON["access_token"].(string)
	refresh, _ := answer.JSON["refresh_token"].(string)
	return tokens{access, refresh}
}

// family returns the first tokens of a new Grant.
func (a *Arena) family(ctx context.Context) (tokens, error) {
	code, verifier, err := a.code(ctx)
	if err != nil {
		return tokens{}, err
	}
	answer, err := a.ask(ctx, 0, a.App, a.redemption(code, verifier))
	if err == nil && answer.Status != http.StatusOK {
		err = fmt.Errorf("a redemption answers %d %s", answer.Status, answer.Body)
	}
	return tokensOf(answer), err
}

func (a *Arena) redemption(code, verifier string) url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {a.App.Redirect}, "code_verifier": {verifier}}
}

func refreshing(token string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
}

// ask sends a token request to a replica.
func (a *Arena) ask(ctx context.Context, replica int, app installation.App, form url.Values) (installation.Answer, error) {
	return a.post(ctx, a.replica(replica)+"/token", app, form)
}

func (a *Arena) post(ctx context.Context, to string, app installation.App, form url.Values) (installation.Answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		return installation.Answer{}, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(app.ID), url.QueryEscape(app.Secret))
	return a.send(request)
}

func (a *Arena) send(request *http.Request) (installation.Answer, error) {
	response, err := a.Client.Do(request)
	if err != nil {
		return installation.Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return installation.Answer{}, err
	}
	answer := installation.Answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}
	_ = json.Unmarshal(body, &answer.JSON)
	return answer, nil
}

// together sends Ways requests at once and returns their answers.
func together(send func(i int) (installation.Answer, error)) ([]installation.Answer, error) {
	answers, errs := make([]installation.Answer, Ways), make([]error, Ways)
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for i := range Ways {
		wg.Go(func() {
			<-begin
			answers[i], errs[i] = send(i)
		})
	}
	close(begin)
	wg.Wait()
	return answers, errors.Join(errs...)
}

// stored returns the Grant of a refresh token as it is stored.
func (a *Arena) stored(ctx context.Context, token string) (*sessionv1alpha1.Grant, error) {
	name, _, _ := strings.Cut(strings.TrimPrefix(token, "grt_"), ".")
	g := &sessionv1alpha1.Grant{}
	err := a.Admin.Get(ctx, client.ObjectKey{Namespace: devenv.SystemNamespace, Name: name}, g)
	return g, err
}
