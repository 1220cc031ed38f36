package outbound

import (
	"context"
	"errors"
	"net"
	"testing"
)

func TestNamesAreWhole(t *testing.T) {
	for address, want := range map[string]string{
		"agent.dev:443": "agent.dev.:443", "agent.dev.:443": "agent.dev.:443", "localhost:443": "localhost:443", "app.team.svc:443": "app.team.svc:443",
		"app.team.svc.cluster.local:443": "app.team.svc.cluster.local.:443", "192.0.2.1:443": "192.0.2.1:443", "[2001:db8::1]:443": "[2001:db8::1]:443",
	} {
		got, end := "", errors.New("dialed")
		_, err := rooted(func(_ context.Context, _, address string) (net.Conn, error) {
			got = address
			return nil, end
		})(t.Context(), "tcp", address)
		if got != want || !errors.Is(err, end) {
			t.Errorf("%s: %s, %v", address, got, err)
		}
	}
}
