package main

import (
	"context"
	"fmt"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/bench/bare"
)

// A round is short, so that both sides of it meet the same machine, and long enough
// for some hundred ticks of CPU time.
const (
	tokenRounds   = 9
	tokenRequests = 10000
	// mainConnections are those of the figures without a number in their names.
	mainConnections = 8
)

// tokenLoad is one kind of load on the token endpoint.
type tokenLoad struct {
	connections int
	opaque      bool
}

func tokenLoads() []tokenLoad {
	return []tokenLoad{{1, false}, {8, false}, {32, false}, {mainConnections, true}}
}

// names returns the names of a load's figures: of CPU and of rate.
func (l tokenLoad) names() (cpu, rate []string) {
	const stem = "token.client_credentials."
	if l.opaque {
		return []string{stem + "opaque.cpu"}, []string{stem + "opaque.rate"}
	}
	if l.connections == mainConnections {
		cpu, rate = append(cpu, stem+"cpu"), append(rate, stem+"rate")
	}
	return append(cpu, fmt.Sprintf("%scpu.%d", stem, l.connections)), append(rate, fmt.Sprintf("%srate.%d", stem, l.connections))
}

func tokenNames() (names []string) {
	for _, load := range tokenLoads() {
		cpu, rate := load.names()
		names = append(append(names, cpu...), rate...)
	}
	return names
}

// measureTokens puts the token endpoint beside the bare handler.
func (b *bench) measureTokens(ctx context.Context) error {
	config := bare.Config{Issuer: b.Issuer, Clients: map[string]bare.Client{}}
	clients := map[bool]*credential{}
	for opaque, format := range map[bool]oauthv1alpha1.AccessTokenFormat{false: oauthv1alpha1.AccessTokenJWT, true: oauthv1alpha1.AccessTokenOpaque} {
		c, err := b.createClient(ctx, "bench-"+strings.ToLower(string(format)), format)
		if err != nil {
			return err
		}
		clients[opaque] = c
		config.Clients[c.id] = bare.Client{Secret: c.secret, UID: c.uid, Opaque: opaque}
	}
	handler, err := b.startBare(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = handler.Kill() }()
	if err := sameClaims(b.Issuer, handler.Options().URL, clients[false]); err != nil {
		return err
	}
	for _, load := range tokenLoads() {
		cpu, rate := load.names()
		if !b.wanted(append(cpu, rate...)...) {
			continue
		}
		if err := b.measureLoad(ctx, load, clients[load.opaque], handler); err != nil {
			return err
		}
	}
	return nil
}

// measureInTurn measures both sides with the usual connections.
func (b *bench) measureInTurn(ctx context.Context, cpu, rate string, ours, baseline side) error {
	if err := b.inTurn(ctx, mainConnections, &ours, &baseline); err != nil {
		return err
	}
	b.add(byRounds(cpu, "µs/request", lower, ours.cpu, baseline.cpu), byRounds(rate, "requests/s", higher, ours.rate, baseline.rate))
	return nil
}

func (b *bench) measureLoad(ctx context.Context, load tokenLoad, c *credential, handler *devenv.Program) error {
	sayf("token endpoint: %d connections, opaque %t", load.connections, load.opaque)
	ours := side{program: b.Servers[0], target: tokenRequest(addressOf(b.Servers[0]), c)}
	baseline := side{program: handler, target: tokenRequest(addressOf(handler), c)}
	if err := b.inTurn(ctx, load.connections, &ours, &baseline); err != nil {
		return err
	}
	cpu, rate := load.names()
	for i := range cpu {
		b.add(byRounds(cpu[i], "µs/request", lower, ours.cpu, baseline.cpu),
			byRounds(rate[i], "requests/s", higher, ours.rate, baseline.rate))
	}
	return nil
}

// inTurn lets both sides serve as many requests in turn, several times.
func (b *bench) inTurn(ctx context.Context, connections int, ours, baseline *side) error {
	rounds, requests := tokenRounds, tokenRequests
	if b.quick {
		rounds, requests = 3, 4000
	}
	// The first round warms up and does not count.
	for round := range rounds + 1 {
		for _, s := range []*side{ours, baseline} {
			if err := s.round(ctx, connections, requests, round > 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// side is one of two programs under the same load.
type side struct {
	program   *devenv.Program
	target    target
	cpu, rate []float64
}

func (s *side) round(ctx context.Context, connections, requests int, counts bool) error {
	before, err := cpuOf(s.program.PID())
	if err != nil {
		return err
	}
	took, err := s.target.load(ctx, connections, requests)
	if err != nil {
		return fmt.Errorf("load on %s: %w", s.program.Options().Name, err)
	}
	after, err := cpuOf(s.program.PID())
	if err != nil {
		return err
	}
	if counts {
		s.cpu = append(s.cpu, float64((after-before).Microseconds())/float64(requests))
		s.rate = append(s.rate, float64(requests)/took.Seconds())
	}
	return nil
}
