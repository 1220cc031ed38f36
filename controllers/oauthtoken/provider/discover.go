package provider

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/grantor-dev/grantor/internal/outbound"
)

const (
	// fresh is how long metadata is used without asking again, and kept how long if asking
	// fails.
	fresh = 10 * time.Minute
	kept  = 24 * time.Hour
	// patience is how long an issuer has for an answer.
	patience = 10 * time.Second
	// maxBody is how many bytes of metadata are read.
	maxBody = 64 << 10
)

// Discoverer finds the endpoints of issuers, and remembers them for some minutes.
type Discoverer struct {
	// Through calls them.
	Through *http.Client
	// Now is the clock.
	Now func() time.Time

	memory memory
}

// Discover returns the provider of an issuer, for an OAuthToken of a namespace. One request
// at a time goes to an issuer, and after a failure the next one waits, longer each time. The
// error is the end of a sentence.
func (d *Discoverer) Discover(ctx context.Context, namespace, issuer string) (Provider, error) {
	e, turn := d.memory.look(namespace, issuer, d.Now())
	switch turn {
	case known:
	case mine:
		d.askFor(ctx, e, issuer)
	case another:
		select {
		case <-d.memory.done(e):
		case <-ctx.Done():
			return Provider{}, errAway
		}
	}
	return d.memory.result(e, d.Now())
}

func (d *Discoverer) askFor(ctx context.Context, e *entry, issuer string) {
	p, err := Provider{}, errAway
	defer func() { d.memory.learn(e, p, err, d.Now()) }()
	p, err = d.ask(ctx, issuer)
}

func (d *Discoverer) ask(ctx context.Context, issuer string) (Provider, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	last := errAway
	for _, at := range addresses(issuer) {
		body, err := d.get(ctx, at)
		if errors.Is(err, outbound.ErrAddress) {
			return Provider{}, err
		}
		if err != nil {
			continue
		}
		p, err := parse(issuer, body)
		if err == nil {
			return p, nil
		}
		last = err
	}
	return Provider{}, last
}

func (d *Discoverer) get(ctx context.Context, at string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, errAway
	}
	request.Header.Set("Accept", "application/json")
	response, err := d.Through.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, errAway
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return nil, errAway
	}
	return body, nil
}
