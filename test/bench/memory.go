package main

import (
	"context"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/bench/bare"
)

// settling is how long a program is left alone before its memory is read.
const settling = 3 * time.Second

// loadedRequests is how many tokens the server has issued before its memory under
// load is read.
const loadedRequests = 20000

// measureIdle reads the memory of programs that have just started, without any
// client.
func (b *bench) measureIdle(ctx context.Context) error {
	handler, err := b.startBare(ctx, bare.Config{Issuer: b.Issuer})
	if err != nil {
		return err
	}
	defer func() { _ = handler.Kill() }()
	controller, err := b.startController(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = controller.Kill() }()
	return b.readMemory(ctx, handler, controller, "memory.server.idle", "memory.operator.idle")
}

// measureMemoryOfTokens reads the memory of a server that has just started and issued
// 10,000 tokens over 32 connections.
func (b *bench) measureMemoryOfTokens(ctx context.Context) error {
	c, err := b.createClient(ctx, "bench-memory", oauthv1alpha1.AccessTokenJWT)
	if err != nil {
		return err
	}
	handler, err := b.startBare(ctx, bare.Config{Issuer: b.Issuer, Clients: map[string]bare.Client{c.id: {Secret: c.secret, UID: c.uid}}})
	if err != nil {
		return err
	}
	defer func() { _ = handler.Kill() }()
	if err := b.Servers[0].Restart(ctx); err != nil {
		return err
	}
	var after [2]float64
	for i, program := range []*devenv.Program{b.Servers[0], handler} {
		if _, err := tokenRequest(addressOf(program), c).load(ctx, 32, tokenRequests); err != nil {
			return err
		}
		if after[i], err = devenv.Resident(program.PID()); err != nil {
			return err
		}
	}
	b.add(compared("memory.server.tokens", "MiB", lower, after[0], after[1]))
	return nil
}

// loadedNames are the figures of measureLoaded.
func (s settings) loadedNames() []string {
	return []string{"memory.server." + s.population(), "memory.operator." + s.population(), "memory.server." + s.population() + ".started"}
}

// measureLoaded reads the memory of programs that know all clients, of the server
// after many tokens. The programs start anew, so that nothing else is in it.
func (b *bench) measureLoaded(ctx context.Context) error {
	clients, err := b.populate(ctx)
	if err != nil {
		return err
	}
	config := bare.Config{Issuer: b.Issuer, Clients: map[string]bare.Client{}}
	for _, c := range clients {
		config.Clients[c.id] = bare.Client{Secret: c.secret, UID: c.uid}
	}
	handler, err := b.startBare(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = handler.Kill() }()
	controller, err := b.startController(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = controller.Kill() }()
	if err := b.measureStarted(ctx); err != nil {
		return err
	}
	sayf("memory: %d tokens of %d clients", loadedRequests, len(clients))
	for _, program := range []*devenv.Program{b.Servers[0], handler} {
		for _, c := range clients {
			if _, err := tokenRequest(addressOf(program), c).load(ctx, 2, loadedRequests/len(clients)); err != nil {
				return err
			}
		}
	}
	names := b.loadedNames()
	return b.readMemory(ctx, handler, controller, names[0], names[1])
}

// measureStarted starts the programs anew and puts the memory of a server that reads all
// clients at its start beside that of the one which saw them come.
func (b *bench) measureStarted(ctx context.Context) error {
	var read [2]float64
	for i := range read {
		if i == 1 {
			for _, program := range []*devenv.Program{b.Operator, b.Servers[0]} {
				if err := program.Restart(ctx); err != nil {
					return err
				}
			}
		}
		if err := pause(ctx, settling); err != nil {
			return err
		}
		var err error
		if read[i], err = devenv.Resident(b.Servers[0].PID()); err != nil {
			return err
		}
	}
	b.add(compared(b.loadedNames()[2], "MiB", lower, read[1], read[0]))
	return nil
}

func (b *bench) readMemory(ctx context.Context, handler, controller *devenv.Program, server, operator string) error {
	if err := pause(ctx, settling); err != nil {
		return err
	}
	for _, pair := range []struct {
		name           string
		ours, baseline *devenv.Program
	}{{server, b.Servers[0], handler}, {operator, b.Operator, controller}} {
		ours, err := devenv.Resident(pair.ours.PID())
		if err != nil {
			return err
		}
		baseline, err := devenv.Resident(pair.baseline.PID())
		if err != nil {
			return err
		}
		b.add(compared(pair.name, "MiB", lower, ours, baseline))
	}
	return nil
}

// pause lets the programs alone for a while.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
