// Command node is the programs that a node runs, and the controllers that a
// control plane with nodes needs, in one binary. Its first argument names the
// program.
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/hack/localkube/internal/node"
)

func main() {
	programs := node.Programs()
	if len(os.Args) > 1 {
		if program, found := programs[os.Args[1]]; found {
			os.Exit(program(os.Args[2:]))
		}
	}
	fmt.Fprintf(os.Stderr, "usage: node %s [arguments]\n", strings.Join(slices.Sorted(maps.Keys(programs)), "|"))
	os.Exit(2)
}
