package devenv

import (
	"context"
	"path/filepath"
)

// NodeBinary builds the programs that a node runs, in one binary, where that is
// necessary, and returns its path.
func NodeBinary(ctx context.Context, repoRoot string) (string, error) {
	binary := filepath.Join(repoRoot, ".local", "bin", "node-programs")
	return binary, buildLocalkube(ctx, repoRoot, binary, "./node")
}
