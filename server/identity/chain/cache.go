package chain

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/persons"
)

const (
	// cached is how long a Person that was read is used, so that a user who is shut out loses
	// access within 2 seconds.
	cached = 2 * time.Second
	// maxCached is how many Persons the cache holds.
	maxCached = 8192
)

// cache holds Persons who may sign in. Others are read each time: they may sign in at another
// replica at any moment.
type cache struct {
	flights singleflight.Group

	mu    sync.Mutex
	known map[string]entry
}

type entry struct {
	person *persons.Person
	read   time.Time
}

func (c *cache) get(subject string, now time.Time) *persons.Person {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.known[subject]; ok && now.Sub(e.read) < cached && now.Before(e.person.ExpiresAt) {
		return e.person
	}
	return nil
}

func (c *cache) put(subject string, person *persons.Person, read time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if person == nil || person.Blocked || person.Subject != subject {
		delete(c.known, subject)
		return
	}
	if len(c.known) >= maxCached {
		for other, e := range c.known {
			if read.Sub(e.read) >= cached {
				delete(c.known, other)
			}
		}
		if len(c.known) >= maxCached {
			clear(c.known)
		}
	}
	c.known[subject] = entry{person, read}
}

// stored returns the Person of a subject, nil for none. Requests at the same time share one
// read.
func (s *Source) stored(ctx context.Context, subject string) (*persons.Person, error) {
	if known := s.cache.get(subject, s.Now()); known != nil {
		return known, nil
	}
	flight := s.cache.flights.DoChan(subject, func() (any, error) { return s.read(context.WithoutCancel(ctx), subject) })
	select {
	case result := <-flight:
		person, _ := result.Val.(*persons.Person)
		return person, result.Err
	case <-ctx.Done():
		return nil, httpx.Unavailable(ctx.Err())
	}
}

// read reads a Person at the API server.
func (s *Source) read(ctx context.Context, subject string) (*persons.Person, error) {
	began := s.Now()
	person, err := s.Persons.Find(ctx, subject, began)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	s.cache.put(subject, person, began)
	return person, nil
}
