package replicas

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/replicas"
)

// answerTimeout is how long a replica may take to answer.
const answerTimeout = time.Second

// Coverage says how far a change has come.
type Coverage struct {
	// Loaded is how many replicas have loaded it, Behind how many have not or do not
	// answer. Unable are those of Behind that do not offer the client's authentication
	// method.
	Loaded, Behind, Unable int
}

// Impossible reports whether no replica offers the client's authentication method.
func (c Coverage) Impossible() bool { return c.Unable > 0 && c.Unable == c.Loaded+c.Behind }

// Complete reports whether every replica has loaded the change, and there is one.
func (c Coverage) Complete() bool { return c.Loaded > 0 && c.Behind == 0 }

// Asker asks replicas.
type Asker struct {
	// Reader reads EndpointSlices.
	Reader client.Reader
	http   http.Client
}

// New returns an Asker.
func New(reader client.Reader) *Asker {
	return &Asker{Reader: reader, http: http.Client{
		Timeout:       answerTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:         dial,
			MaxIdleConnsPerHost: 2,
			IdleConnTimeout:     30 * time.Second,
		},
	}}
}

// Coverage asks all ready replicas of a server whether they have loaded c as it is.
func (a *Asker) Coverage(ctx context.Context, server *oauthv1alpha1.OAuthServer, c *oauthv1alpha1.OAuthClient) (Coverage, error) {
	hosts, err := addresses(ctx, a.Reader, server)
	if err != nil {
		return Coverage{}, err
	}
	return a.askAll(ctx, hosts, replicas.Path+"?"+replicas.About(c).Query())
}

// KeysCoverage asks all ready replicas of a server whether they have loaded its keys in
// one state.
func (a *Asker) KeysCoverage(ctx context.Context, server *oauthv1alpha1.OAuthServer, state string) (Coverage, error) {
	hosts, err := addresses(ctx, a.Reader, server)
	if err != nil {
		return Coverage{}, err
	}
	return a.askAll(ctx, hosts, replicas.KeysPath+"?"+url.Values{replicas.KeysState: {state}}.Encode())
}

func (a *Asker) askAll(ctx context.Context, hosts []string, question string) (Coverage, error) {
	var coverage Coverage
	var mu sync.Mutex
	var wait sync.WaitGroup
	for _, host := range hosts {
		wait.Go(func() {
			status := a.ask(ctx, "http://"+host+question)
			mu.Lock()
			defer mu.Unlock()
			switch status {
			case http.StatusNoContent:
				coverage.Loaded++
			case refused:
			case http.StatusNotImplemented:
				coverage.Unable++
				coverage.Behind++
			default:
				coverage.Behind++
			}
		})
	}
	wait.Wait()
	return coverage, ctx.Err()
}

// refused and silent stand for the status of a replica that answers none. One that refuses
// connections serves no client, whatever its EndpointSlice still says.
const refused, silent = -1, 0

// ask returns the status with which one replica answers.
func (a *Asker) ask(ctx context.Context, address string) int {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return silent
	}
	response, err := a.http.Do(request)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return refused
	}
	if err != nil {
		return silent
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, 1<<10)
	return response.StatusCode
}

// dial takes names below localhost for what they are (RFC 6761 section 6.3), which
// not every resolver does. EndpointSlices cannot hold a loopback address, so this is
// how replicas on the operator's own machine are named.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err == nil && strings.HasSuffix(host, ".localhost") {
		address = net.JoinHostPort("127.0.0.1", port)
	}
	return (&net.Dialer{Timeout: answerTimeout}).DialContext(ctx, network, address)
}
