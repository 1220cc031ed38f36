package oidc

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// metadataCache keeps the metadata of one provider.
type metadataCache struct {
	flight singleflight.Group

	mu      sync.Mutex
	current *metadata
	read    time.Time
	tried   time.Time
	err     error
}

func (c *metadataCache) known() *metadata {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current
}

// discover returns the metadata, which is read once for all who wait for it.
func (c *Connector) discover(ctx context.Context) (*metadata, error) {
	k, now := &c.metadata, c.Now()
	k.mu.Lock()
	current, age, err, paused := k.current, now.Sub(k.read), k.err, k.err != nil && now.Sub(k.tried) < metadataPause
	k.mu.Unlock()
	switch {
	case current != nil && (age < metadataAge || paused && age < metadataGrace):
		return current, nil
	case paused:
		return nil, err
	}
	flight := k.flight.DoChan("", func() (any, error) {
		read, err := c.readMetadata(context.WithoutCancel(ctx))
		k.mu.Lock()
		defer k.mu.Unlock()
		if err != nil {
			// Without metadata, nobody can be asked about.
			err = upstream.Away(err)
		}
		k.tried, k.err = c.Now(), err
		if err == nil {
			if k.current != nil && k.current.JWKSURI == read.JWKSURI {
				read.keys = k.current.keys
			}
			k.current, k.read = read, k.tried
		} else if k.current != nil && k.tried.Sub(k.read) < metadataGrace {
			return k.current, nil
		}
		return read, err
	})
	select {
	case result := <-flight:
		m, _ := result.Val.(*metadata)
		return m, result.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
