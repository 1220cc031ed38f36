package clientstest

import (
	"testing"

	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/keys/keystest"
)

// A lookup of an OAuthClient must cost the same whatever other sources there are.
func BenchmarkLookup(b *testing.B) {
	registry := NewRegistry(b, keystest.NewStore(b))
	for name, source := range map[string]lookup.Source{"registry": registry, "chain": &lookup.Chain{Registry: registry, Others: []lookup.Source{registry}}} {
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
