package clientdocuments

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/outbound"
	"github.com/grantor-dev/grantor/internal/recent"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
)

const (
	// stale is how long a document is used if it cannot be fetched again.
	stale = 7 * 24 * time.Hour
	// pause is the time between two fetches of a document, and failedPause that after one
	// that failed where there is no older document.
	pause, failedPause = 30 * time.Second, time.Minute
)

// Options are what a Store needs.
type Options struct {
	// Settings returns what the OAuthServer says.
	Settings func() *serverspec.Settings
	// Networks returns the private networks that may be called for hosts that the OAuthServer
	// lists.
	Networks func() []netip.Prefix
	// Roots are the authorities that are trusted; nil is the system's.
	Roots *x509.CertPool
	// Failed is called for each fetch that failed, with an error for the log.
	Failed func(host string, err error)
	Now    func() time.Time
}

// Store keeps the documents of clients.
type Store struct {
	Options
	// listed calls the hosts that the OAuthServer lists, others calls all others.
	listed, others *http.Client
	limiter        *limits.Limiter
	flights        singleflight.Group

	mu sync.Mutex
	// kept has documents. failed has IDs without a document, so that they do not evict
	// documents.
	kept, failed *recent.Map[string, entry]
	max          int
	// waiting is how many requests wait, by what they wait for.
	waiting map[string]int
}

// New returns a Store that has no documents.
func New(options Options) *Store {
	call := func(networks func() []netip.Prefix) *http.Client {
		return outbound.New(outbound.Options{Networks: networks, Timeout: timeout, MaxBody: maxSize, Roots: options.Roots})
	}
	return &Store{
		Options: options, limiter: limits.New(), waiting: map[string]int{},
		listed: call(options.Networks), others: call(func() []netip.Prefix { return nil }),
	}
}

// Describe returns a virtual client with what its document says. It returns ErrSignIn, together
// with an httpx.Error if the only reason is that too many others ask, or an httpx.Error for the
// user.
func (s *Store) Describe(ctx context.Context, client *clients.Client, by Asker) (*clients.Client, error) {
	document, err := s.document(ctx, client.GetID(), by)
	if err != nil {
		return nil, err
	}
	return client.Described(*document), nil
}

func (s *Store) document(ctx context.Context, id string, by Asker) (*clients.Document, error) {
	host, err := clientid.Host(id)
	if err != nil {
		return nil, Refusal(id, s.Settings())
	}
	listed := s.Settings().Documents.Lists(host)
	known := s.get(id, listed)
	if !known.due(s.Now(), by.Candidate) {
		return known.usable(s.Now())
	}
	if by.Subject == "" && !listed {
		return nil, ErrSignIn
	}
	fetched, err := s.fetched(ctx, id, host, listed, by)
	switch {
	case err == nil:
		return fetched.usable(s.Now())
	case known.counts(s.Now()):
		return known.document, nil
	}
	return nil, err
}

// fetched fetches a document once for all requests that wait for it.
func (s *Store) fetched(ctx context.Context, id, host string, listed bool, by Asker) (entry, error) {
	leave, ok := s.wait(host, listed, by.Subject)
	if !ok {
		return entry{}, httpx.Elsewhere(errors.New("too many requests wait for metadata documents"))
	}
	defer leave()
	// Only requests that share a limit share an error because of it.
	flight := s.flights.DoChan(strconv.FormatBool(listed)+" "+string(by.kind())+" "+id, func() (any, error) {
		// Another request may have fetched it since.
		known := s.get(id, listed)
		if !known.due(s.Now(), by.Candidate) {
			return known, nil
		}
		// A known document is not counted: otherwise, made-up IDs could keep it from being
		// fetched again.
		if known.document == nil {
			if err := s.take(by); err != nil {
				return nil, err
			}
		}
		return s.refresh(context.WithoutCancel(ctx), id, host, listed), nil
	})
	select {
	case result := <-flight:
		fetched, _ := result.Val.(entry)
		return fetched, result.Err
	case <-ctx.Done():
		return entry{}, httpx.Elsewhere(ctx.Err())
	}
}

// refresh fetches a document. An older one is kept while its host does not answer.
func (s *Store) refresh(ctx context.Context, id, host string, listed bool) entry {
	next, client := s.get(id, listed), s.others
	if listed {
		client = s.listed
	}
	next.tried, next.listed = s.Now(), listed
	document, age, failed := fetch(ctx, client, id, host, listed)
	switch {
	case failed == nil:
		next = entry{document: &document, listed: listed, fetched: next.tried, until: next.tried.Add(age), tried: next.tried}
	case failed.away:
		next.err = failed.refusal
	default:
		next = entry{listed: listed, tried: next.tried, err: failed.refusal}
	}
	if failed != nil {
		s.Failed(host, failed)
	}
	s.put(id, next)
	return next
}
