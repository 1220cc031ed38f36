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
	// listed says that the OAuthServer named the host when it was asked.
	listed bool
	// fetched is when the document was, and until is how long it need not be again.
	fetched, until time.Time
	// tried is when that was tried last, and err what came of it.
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

// counts reports whether a document may be used, also if its host is away.
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

// get returns what is known, which then is what was used last. What is known of a host that
// the OAuthServer has named, or no longer names, since then is left out.
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

// resize begins anew where the OAuthServer says another number. A recent.Map has up to twice
// as many keys as it keeps in any case.
func (s *Store) resize() {
	most := 2
	if documents := s.Settings().Documents; documents != nil {
		most = documents.Max
	}
	if s.max != most {
		s.kept, s.failed, s.max = recent.NewMap[string, entry](most/2), recent.NewMap[string, entry](most/2), most
	}
}
