// Package etcd runs the store of the control plane inside this process,
// reachable through unix sockets in the working directory only. It does not
// know what is stored, and nothing stops it but the end of the process: what
// it acknowledged is on disk.
package etcd

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

// Endpoint is where the API server finds the store. It is relative to the
// working directory because a socket name may have 108 bytes at most, and
// because etcd turns an absolute name into an abstract socket that no file
// permission protects.
const Endpoint = "unix://client.sock"

const (
	peerEndpoint = "unix://peer.sock"
	// etcd insists on host and port here, even though nobody dials them.
	advertised = "http://localhost:2380"
	quota      = 8 << 30
)

// Options is what differs between one store and another.
type Options struct {
	Dir      string
	Unsynced bool // no fsync: fast, and worthless after a crash
	Verbose  bool
}

// Start returns once the store answers. The channel reports its failure.
func Start(ctx context.Context, options Options) (<-chan error, error) {
	server, err := embed.StartEtcd(config(options))
	if err != nil {
		return nil, fmt.Errorf("start etcd: %w", err)
	}
	select {
	case <-server.Server.ReadyNotify():
		return server.Err(), nil
	case err := <-server.Err():
		return nil, fmt.Errorf("start etcd: %w", err)
	case <-time.After(time.Minute):
		return nil, fmt.Errorf("start etcd: not ready after a minute")
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func config(options Options) *embed.Config {
	c := embed.NewConfig()
	c.Name = "localkube"
	c.Dir = options.Dir
	c.UnsafeNoFsync = options.Unsynced
	c.QuotaBackendBytes = quota
	c.ListenClientUrls = urls(Endpoint)
	c.ListenPeerUrls = urls(peerEndpoint)
	c.AdvertiseClientUrls = urls(advertised)
	c.AdvertisePeerUrls = urls(advertised)
	c.InitialCluster = c.InitialClusterFromName(c.Name)
	c.LogLevel = "error"
	if options.Verbose {
		c.LogLevel = "info"
	}
	return c
}

func urls(raw string) []url.URL {
	parsed, err := url.Parse(raw)
	if err != nil {
		panic(err) // a constant of this file
	}
	return []url.URL{*parsed}
}
