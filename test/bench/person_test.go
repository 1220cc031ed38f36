package main

import (
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// BenchmarkPerson runs the endpoints for people's tokens inside this process, for
// profiles:
//
//	go test -run '^$' -bench Person/refresh -benchtime 5000x -cpuprofile cpu.out ./test/bench
func BenchmarkPerson(b *testing.B) {
	started, err := installation.Start(b.Context(), cluster.Kube(b), installation.Options{LogLevel: "info"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := started.Stop(); err != nil {
			b.Error(err)
		}
	})
	g := &bench{Installation: started}
	app, err := g.createApplication(b.Context(), "person")
	if err != nil {
		b.Fatal(err)
	}
	families, hangUp, err := g.families(b.Context(), app, mainConnections, flowScope)
	if err != nil {
		b.Fatal(err)
	}
	hangUp()
	lines, hangUp, err := dialAll(b.Context(), inProcess(b, g), len(families))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(hangUp)
	for i, f := range families {
		f.line = lines[i]
	}
	for name, step := range map[string]func(*family) error{
		"refresh": (*family).advance, "introspect": (*family).introspect, "userinfo": (*family).userinfo,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			if _, err := drive(len(families), b.N, func(worker int) error { return step(families[worker]) }); err != nil {
				b.Fatal(err)
			}
		})
	}
}
