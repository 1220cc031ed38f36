package lookup

import "github.com/grantor-dev/grantor/server/clients"

// Source finds clients that have no OAuthClient.
type Source interface {
	// Client returns the client with the given ID, or nil if the source has none. It is
	// called for each request of such a client, so it neither reads nor fetches anything.
	Client(id string) (*clients.Client, error)
}

// Chain finds clients in the Registry first, and then in other sources. An OAuthClient that
// may have an ID always wins, also while it is suspended or refused. One that only claims an ID
// does not: anyone who may create OAuthClients can claim every ID.
type Chain struct {
	*Registry

	Others []Source
}

// Client returns the client with the given ID, or nil if there is none. It returns
// keys.ErrNoKeys before there are keys.
func (c *Chain) Client(id string) (*clients.Client, error) {
	d, err := c.find(id)
	if err != nil || d.taken {
		return d.client, err
	}
	for _, source := range c.Others {
		client, err := source.Client(id)
		if err != nil {
			return nil, err
		}
		if client != nil {
			return client.WithResources(c.Resources), nil
		}
	}
	return nil, nil //nolint:nilnil // that there is none is an answer
}
