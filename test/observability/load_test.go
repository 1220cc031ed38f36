package observability

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
)

// load is what goes on while Prometheus looks: a service gets tokens, somebody is
// refused one, and an application refreshes those of a person.
type load struct {
	servers                                  []string
	service, secret, app, appSecret, refresh string
}

// keepBusy goes on using the servers until the test ends.
func keepBusy(t *testing.T, g *installation.Installation) {
	t.Helper()
	namespace := shared.Namespace(t)
	service := g.Create(t, installation.Service(namespace, "busy"))
	app := g.NewApp(t, installation.Application(namespace, "app"))
	tokens := app.Tokens(t, installation.NewVisitor(http.DefaultTransport, g.Issuer), "alice", nil)
	l := load{service: service.ClientID(), secret: g.Value(t, service), app: app.ID, appSecret: app.Secret}
	l.refresh, _ = tokens["refresh_token"].(string)
	for _, server := range g.Servers {
		l.servers = append(l.servers, server.Options().URL)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				l.once(ctx)
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
}

func (l *load) once(ctx context.Context) {
	for _, server := range l.servers {
		post(ctx, server, l.service, l.secret, url.Values{"grant_type": {"client_credentials"}, "scope": {"read"}})
		post(ctx, server, l.service, "wrong", url.Values{"grant_type": {"client_credentials"}, "scope": {"read"}})
	}
	next := post(ctx, l.servers[0], l.app, l.appSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {l.refresh}})
	if token, ok := next["refresh_token"].(string); ok {
		l.refresh = token
	}
}

// post asks for a token; what becomes of it shows in the metrics.
func post(ctx context.Context, server, id, secret string, form url.Values) map[string]any {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server+"/token", strings.NewReader(form.Encode()))
	if err != nil {
		return nil
	}
	request.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil
	}
	defer func() { _ = answer.Body.Close() }()
	var body map[string]any
	_ = json.NewDecoder(answer.Body).Decode(&body)
	return body
}
