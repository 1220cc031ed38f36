package abuse

import (
	"context"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// memory is the most that a server and the operator had, in MiB.
type memory struct{ server, operator float64 }

func resident(t *testing.T, g *installation.Installation) memory {
	t.Helper()
	read := func(program *devenv.Program) float64 {
		mib, err := devenv.Resident(program.PID())
		if err != nil {
			t.Error(err)
		}
		return mib
	}
	m := memory{operator: read(g.Operator)}
	for _, server := range g.Servers {
		m.server = max(m.server, read(server))
	}
	return m
}

// watchMemory returns the most there was until ctx ends.
func watchMemory(ctx context.Context, t *testing.T, g *installation.Installation) memory {
	t.Helper()
	most := resident(t, g)
	ticker := time.NewTicker(250 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return most
		case <-ticker.C:
			now := resident(t, g)
			most = memory{max(most.server, now.server), max(most.operator, now.operator)}
		}
	}
}
