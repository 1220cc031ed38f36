package devenv

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"time"

	"k8s.io/client-go/rest"
)

// FaultProxy stands between a program and the API server, counts the requests
// and treats each as its hook says. Credentials of the caller pass through; it
// has none of its own. It speaks https (HTTP/1.1 and HTTP/2), because client-go
// sends no token over plain http.
type FaultProxy struct {
	url     string
	ca      []byte
	server  *http.Server
	forward http.Handler

	mu     sync.Mutex
	hook   Hook
	counts Counts
	stall  *stall
	conns  map[net.Conn]struct{}
}

// StartFaultProxy listens on a free port of 127.0.0.1 and forwards to the API
// server of cfg. Without a hook everything passes.
func StartFaultProxy(cfg *rest.Config) (*FaultProxy, error) {
	forward, err := forwardTo(cfg)
	if err != nil {
		return nil, err
	}
	ca, pair, err := newServerCertificate(time.Now())
	if err != nil {
		return nil, err
	}
	certificate, err := tls.X509KeyPair(pair.cert, pair.key)
	if err != nil {
		return nil, fmt.Errorf("start fault proxy: %w", err)
	}
	listener, err := net.Listen("tcp", Loopback(0))
	if err != nil {
		return nil, fmt.Errorf("start fault proxy: %w", err)
	}
	p := &FaultProxy{
		url:     "https://" + listener.Addr().String(),
		ca:      ca,
		forward: forward,
		counts:  Counts{},
		conns:   map[net.Conn]struct{}{},
	}
	p.server = &http.Server{
		Handler:           p,
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: time.Minute,
		ConnState:         p.track,
		// Broken connections are what this is for.
		ErrorLog: stdlog.New(io.Discard, "", 0),
	}
	go func() { _ = p.server.ServeTLS(listener, "", "") }()
	return p, nil
}

// URL to use instead of the API server's.
func (p *FaultProxy) URL() string { return p.url }

// Account returns the options with which ServiceAccountKubeconfig writes a
// kubeconfig that goes through the proxy.
func (p *FaultProxy) Account() ServiceAccountOptions {
	return ServiceAccountOptions{Server: p.url, CAData: p.ca}
}

// SetHook decides about requests from now on. nil lets all pass.
func (p *FaultProxy) SetHook(hook Hook) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hook = hook
}

// Counts returns how many requests arrived, whatever became of them. A watch
// counts when it begins.
func (p *FaultProxy) Counts() Counts {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.counts)
}

// ServeHTTP counts a request and applies the hook's fault.
func (p *FaultProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := DescribeRequest(r).RequestKey
	p.mu.Lock()
	if key.Resource != "" {
		p.counts[key]++
	}
	hook := p.hook
	p.mu.Unlock()

	var fault Fault
	if hook != nil {
		fault = hook(r)
	}
	fault.apply(&stallable{ResponseWriter: w, proxy: p, key: key, ctx: r.Context()}, r, p.forward)
}

// Close ends the proxy and every request in flight.
func (p *FaultProxy) Close() error {
	p.Resume()
	err := p.server.Close()
	p.CloseConnections()
	if err != nil {
		return fmt.Errorf("close fault proxy: %w", err)
	}
	return nil
}

// forwardTo returns a handler that asks the API server in the caller's name.
func forwardTo(cfg *rest.Config) (http.Handler, error) {
	base, _, err := rest.DefaultServerUrlFor(cfg)
	if err != nil {
		return nil, fmt.Errorf("read the API server's address: %w", err)
	}
	transport, err := rest.TransportFor(rest.AnonymousClientConfig(cfg))
	if err != nil {
		return nil, fmt.Errorf("make a transport to the API server: %w", err)
	}
	return &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(base) },
		Transport:     transport,
		FlushInterval: -1, // at once: watches
		ErrorLog:      stdlog.New(io.Discard, "", 0),
		ErrorHandler:  unreachable,
	}, nil
}

// unreachable answers as a load balancer does whose API server is away. A
// caller that left is not a failure of the API server.
func unreachable(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) {
		panic(http.ErrAbortHandler)
	}
	Refuse(http.StatusBadGateway, "", "fault proxy: "+err.Error())(w, r, nil)
}
