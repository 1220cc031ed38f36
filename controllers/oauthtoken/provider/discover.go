package provider

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/grantor-dev/grantor/internal/outbound"
)

const (
	// fresh is how long metadata is used without asking again, and kept how long if asking
	// fails.
	fresh = 10 * time.Minute
	kept  = 24 * time.Hour
	// pause is how long an issuer that does not answer is left alone, and patience how long
	// it has for an answer: whoever names issuers that do not answer holds up no one else.
	pause    = 25 * time.Second
	patience = 10 * time.Second
	// most is how many issuers are remembered.
	most = 1024
	// maxBody is how many bytes of metadata are read.
	maxBody = 64 << 10
)

// Discoverer finds the endpoints of issuers, and remembers them for some minutes.
type Discoverer struct {
	// Through calls them.
	Through *http.Client
	// Now is the clock.
	Now func() time.Time

	mu    sync.Mutex
	found map[string]found
	// away is when asking failed.
	away map[string]time.Time
}

type found struct {
	provider Provider
	at       time.Time
}

// Discover returns the provider of an issuer. Its error is the end of a sentence.
func (d *Discoverer) Discover(ctx context.Context, issuer string) (Provider, error) {
	d.mu.Lock()
	known, ok := d.found[issuer]
	failed, away := d.away[issuer]
	d.mu.Unlock()
	now := d.Now()
	if ok && now.Sub(known.at) < fresh {
		return known.provider, nil
	}
	p, err := Provider{}, errAway
	if !away || now.Sub(failed) >= pause {
		p, err = d.ask(ctx, issuer)
		d.note(issuer, now, errors.Is(err, errAway))
	}
	if err != nil {
		if ok && errors.Is(err, errAway) && now.Sub(known.at) < kept {
			return known.provider, nil
		}
		return Provider{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.found == nil || len(d.found) >= most {
		d.found = map[string]found{}
	}
	d.found[issuer] = found{p, now}
	return p, nil
}

// note remembers whether an issuer answers.
func (d *Discoverer) note(issuer string, now time.Time, away bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.away == nil || len(d.away) >= most {
		d.away = map[string]time.Time{}
	}
	if delete(d.away, issuer); away {
		d.away[issuer] = now
	}
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
