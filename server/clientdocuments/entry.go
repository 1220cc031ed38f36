package clientdocuments

import (
	"errors"
	"slices"
	"time"

	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/internal/recent"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

// entry is what is known of a document.
type entry struct {
	document *clients.Document
	// listed says that the OAuthServer listed the host when the document was fetched.
	listed bool
	// fetched is when the document was fetched, and until is when it must be fetched again.
	fetched, until time.Time
	// tried is when a fetch was last tried, and err its error.
	tried time.Time
	err   *httpx.Error
}

// due reports whether a document should be fetched. A candidate is as in Asker.
func (e entry) due(now time.Time, candidate func(publickeys.Key) bool) bool {
	switch {
	case e.document != nil && now.Before(e.until):
		lacks := candidate != nil && e.document.JWKSURI == "" && !slices.ContainsFunc(e.document.Keys, candidate)
		return lacks && now.Sub(e.tried) >= pause
	case e.document != nil:
		return now.Sub(e.tried) >= pause
	}
	return now.Sub(e.tried) >= failedPause
}

// counts reports whether a document may be used, even if its host does not answer.
func (e entry) counts(now time.Time) bool { return e.document != nil && now.Sub(e.fetched) < stale }

func (e entry) usable(now time.Time) (*clients.Document, error) {
	switch {
	case e.counts(now):
		return e.document, nil
	case e.err == nil:
		return nil, httpx.Elsewhere(errors.New("the metadata document has not been fetched"))
	}
	return nil, e.err
}

// get returns what is known of a document and marks it as used. It returns nothing if the
// OAuthServer has listed the host since, or no longer lists it.
func (s *Store) get(id string, listed bool) entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resize()
	known, ok := s.kept.Get(id)
	if ok {
		s.kept.Put(id, known)
	} else {
		known, _ = s.failed.Get(id)
	}
	if known.listed != listed {
		return entry{}
	}
	return known
}

func (s *Store) put(id string, known entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resize()
	if _, ok := s.kept.Get(id); ok || known.document != nil {
		s.kept.Put(id, known)
		return
	}
	s.failed.Put(id, known)
}

// resize drops all entries if the OAuthServer says another number. A recent.Map has up to twice
// as many keys as it is sure to keep.
func (s *Store) resize() {
	most := 2
	if documents := s.Settings().Documents; documents != nil {
		most = documents.Max
	}
	if s.max != most {
		s.kept, s.failed, s.max = recent.NewMap[string, entry](most/2), recent.NewMap[string, entry](most/2), most
	}
}
