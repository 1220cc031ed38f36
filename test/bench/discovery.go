package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/grantor-dev/grantor/test/bench/bare"
)

// discoveryPath is where both sides serve the document.
const discoveryPath = "/.well-known/openid-configuration"

// measureDiscovery puts discovery beside a handler that writes the same bytes.
func (b *bench) measureDiscovery(ctx context.Context) error {
	document, err := b.document(ctx)
	if err != nil {
		return err
	}
	handler, err := b.startBare(ctx, bare.Config{Issuer: b.Issuer, Document: document})
	if err != nil {
		return err
	}
	defer func() { _ = handler.Kill() }()
	sayf("discovery: %d bytes", len(document))
	ours := side{program: b.Servers[0], target: getting(addressOf(b.Servers[0]), discoveryPath)}
	baseline := side{program: handler, target: getting(addressOf(handler), discoveryPath)}
	if err := b.inTurn(ctx, mainConnections, &ours, &baseline); err != nil {
		return err
	}
	b.add(byRounds("discovery.cpu", "µs/request", lower, ours.cpu, baseline.cpu),
		byRounds("discovery.rate", "requests/s", higher, ours.rate, baseline.rate))
	return nil
}

// document returns what the server serves.
func (b *bench) document(ctx context.Context) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.Issuer+discoveryPath, http.NoBody)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", fmt.Errorf("read discovery: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("read discovery: %s: %w", answer.Status, err)
	}
	return string(body), nil
}
