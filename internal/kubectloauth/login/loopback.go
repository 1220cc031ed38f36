package login

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cache"
)

// callbackPath is that of the redirect URI. An OAuthClient registers
// http://127.0.0.1/callback, and any port is accepted (RFC 8252 section 7.3).
const callbackPath = "/callback"

// signIn sends the user through a browser and returns the tokens of the code that comes
// back to a listener on this machine.
func (c *command) signIn(p *provider, messages io.Writer) (cache.Tokens, error) {
	listener, err := (&net.ListenConfig{}).Listen(p.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return cache.Tokens{}, fmt.Errorf("listen for the browser: %w", err)
	}
	config := *p.config
	config.RedirectURL = "http://" + listener.Addr().String() + callbackPath
	r := &receiver{issuer: c.issuer, sendsIssuer: p.sendsIssuer, state: rand.Text(), answers: make(chan answer, 1)}
	server := &http.Server{Handler: r, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 32 << 10}
	go func() { _ = server.Serve(listener) }()
	defer stop(p.ctx, server)

	verifier, nonce := oauth2.GenerateVerifier(), rand.Text()
	options := append(c.audience(), oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("nonce", nonce))
	if err := c.invite(p.ctx, messages, config.AuthCodeURL(r.state, options...)); err != nil {
		return cache.Tokens{}, err
	}
	select {
	case got := <-r.answers:
		if got.err != nil {
			return cache.Tokens{}, got.err
		}
		token, err := config.Exchange(p.ctx, got.code, oauth2.VerifierOption(verifier))
		tokens, err := p.tokens(token, err, nonce)
		if err != nil {
			return cache.Tokens{}, fmt.Errorf("sign in: %w", err)
		}
		return tokens, nil
	case <-p.ctx.Done():
		return cache.Tokens{}, errTooLate
	}
}

// stop lets the browser have its last page.
func stop(ctx context.Context, server *http.Server) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	_ = server.Shutdown(ctx)
}

// invite opens a browser, and prints the URL for those who have none.
func (c *command) invite(ctx context.Context, messages io.Writer, to string) error {
	text := "Open this URL to sign in: "
	if !c.noBrowser && browse(ctx, to) == nil {
		text = "A browser opens to sign in. If it does not, open this URL: "
	}
	_, err := fmt.Fprintln(messages, text+to)
	return err
}
