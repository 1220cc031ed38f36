package keys_test

import (
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/keys"
)

// BenchmarkSign is what an ID token costs with each algorithm.
func BenchmarkSign(b *testing.B) {
	set := setOf(b, ring(b, time.Now()))
	payload := []byte(strings.Repeat("a", 600))
	for _, algorithm := range keys.Algorithms() {
		signer, err := set.SignerFor(algorithm)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(algorithm, func(b *testing.B) {
			for b.Loop() {
				if _, err := signer.Sign(keys.TypeIDToken, payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
