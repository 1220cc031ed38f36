package clientstest

import (
	"testing"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/keys/keystest"
)

// A lookup of an OAuthClient must cost the same whatever other sources there are.
func BenchmarkLookup(b *testing.B) {
	registry := NewRegistry(b, keystest.NewStore(b))
	for name, source := range map[string]clients.Source{"registry": registry, "chain": &clients.Chain{Registry: registry, Others: []clients.Source{registry}}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if client, err := source.Client("team.basic"); err != nil || client == nil {
					b.Fatal(client, err)
				}
			}
		})
	}
}
