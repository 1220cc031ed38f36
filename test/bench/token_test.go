package main

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/internal/lines"
	"github.com/grantor-dev/grantor/server"
	"github.com/grantor-dev/grantor/test/bench/bare"
	"github.com/grantor-dev/grantor/test/installation"
)

var cluster devenv.Shared

func TestMain(m *testing.M) { os.Exit(cluster.Run(m)) }

// BenchmarkToken runs the whole token endpoint and the bare handler inside this
// process, over connections, for profiles:
//
//	go test -run '^$' -bench Token/grantor -benchtime 30000x -cpuprofile cpu.out ./test/bench
//
// The load generator allocates nothing, so what is allocated is the endpoint's.
func BenchmarkToken(b *testing.B) {
	kube := cluster.Kube(b)
	started, err := installation.Start(b.Context(), kube, installation.Options{LogLevel: "info"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := started.Stop(); err != nil {
			b.Error(err)
		}
	})
	g := &bench{Installation: started}
	c, err := g.createClient(b.Context(), "benchmark", oauthv1alpha1.AccessTokenJWT)
	if err != nil {
		b.Fatal(err)
	}
	handler, err := bare.New(bare.Config{Issuer: g.Issuer, Clients: map[string]bare.Client{c.id: {Secret: c.secret, UID: c.uid}}})
	if err != nil {
		b.Fatal(err)
	}
	baseline := httptest.NewServer(handler)
	b.Cleanup(baseline.Close)
	for name, address := range map[string]string{"grantor": inProcess(b, g), "bare": strings.TrimPrefix(baseline.URL, "http://")} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			if _, err := tokenRequest(address, c).load(b.Context(), mainConnections, b.N); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// inProcess runs a server in this process and returns its address.
func inProcess(b *testing.B, g *bench) string {
	b.Helper()
	var address [2]string
	for i := range address {
		port, err := devenv.FreePort()
		if err != nil {
			b.Fatal(err)
		}
		address[i] = devenv.Loopback(port)
	}
	kube, err := devenv.LoadConfig(filepath.Join(g.Dir, devenv.ServerAccount+".kubeconfig"))
	if err != nil {
		b.Fatal(err)
	}
	s, err := server.New(server.Config{
		Name: devenv.ServerName, Namespace: devenv.SystemNamespace, Kube: kube, Log: slog.New(slog.DiscardHandler), Lines: lines.New(b.Context(), io.Discard),
		ListenAddress: address[0], MetricsAddress: address[1],
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
	ready := devenv.ProgramOptions{MetricsURL: "http://" + address[1]}
	if err := devenv.AwaitReady(b.Context(), ready, func() error { return nil }); err != nil {
		b.Fatal(err)
	}
	return address[0]
}
