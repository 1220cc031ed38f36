package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// bench is one run: a cluster, Grantor in it, and what was measured.
type bench struct {
	settings
	*installation.Installation

	results Results
	// credentials are those of the clients, which are in the cluster once they were needed.
	credentials []*credential
	// creation is how long it took until they were ready.
	creation time.Duration
}

// part measures some figures.
type part struct {
	names []string
	run   func(*bench, context.Context) error
}

// parts is everything there is to measure, in the order in which it is done: the
// programs are fresh for the first part.
func (s settings) parts() []part {
	return []part{
		{[]string{"memory.server.idle", "memory.operator.idle"}, (*bench).measureIdle},
		{[]string{"memory.server.tokens"}, (*bench).measureMemoryOfTokens},
		{[]string{"discovery.cpu", "discovery.rate"}, (*bench).measureDiscovery},
		{tokenNames(), (*bench).measureTokens},
		{[]string{"token.dpop.cpu", "token.dpop.rate", "par.cpu", "par.rate"}, (*bench).measureSigned},
		{[]string{"introspect.rate"}, (*bench).measureIntrospection},
		{[]string{"codeflow.rate", "codeflow.cpu"}, (*bench).measureCodeFlow},
		{[]string{"device.redeem.latency"}, (*bench).measureDevices},
		{refreshNames(), (*bench).measureRefresh},
		{[]string{"introspect.person.rate", "userinfo.rate"}, (*bench).measurePersonTokens},
		{countedNames(), (*bench).measureBudgets},
		{raceNames(), (*bench).measureRaces},
		{s.reconcileNames(), (*bench).measureReconcile},
		{s.effectNames(), (*bench).measureEffect},
		{s.loadedNames(), (*bench).measureLoaded},
		{unauthenticatedNames(), (*bench).measureUnauthenticated},
		{s.grantNames(), (*bench).measureGrants},
	}
}

// wanted reports whether any of the names was asked for.
func (s settings) wanted(names ...string) bool { return slices.ContainsFunc(names, s.only.MatchString) }

func measure(ctx context.Context, s settings) (_ Results, err error) {
	parts := slices.DeleteFunc(s.parts(), func(p part) bool { return !s.wanted(p.names...) })
	if len(parts) == 0 {
		return nil, fmt.Errorf("--only: no figure is named like %q", s.only)
	}
	ctrl.SetLogger(logr.Discard())
	b := &bench{settings: s}
	kube, err := devenv.StartKube(ctx, devenv.KubeOptions{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, kube.Stop()) }()
	root, err := devenv.RepoRoot()
	if err != nil {
		return nil, err
	}
	if err := devenv.Install(ctx, kube.Config, root, devenv.InstallOptions{}); err != nil {
		return nil, err
	}
	b.Installation, err = installation.Start(ctx, kube, installation.Options{LogLevel: "info"})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.Stop(), os.RemoveAll(b.Dir)) }()
	for _, p := range parts {
		if err := p.run(b, ctx); err != nil {
			return nil, fmt.Errorf("measure %s: %w", p.names[0], err)
		}
	}
	return b.results, nil
}

// add keeps the figures that were asked for.
func (b *bench) add(results ...Result) {
	for _, result := range results {
		if b.wanted(result.Name) {
			b.results = append(b.results, result)
		}
	}
}

// sayf tells what is going on.
func sayf(format string, args ...any) { _, _ = fmt.Fprintf(os.Stderr, format+"\n", args...) }
