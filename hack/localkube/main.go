// Command localkube is a Kubernetes control plane for development and tests,
// and the client that talks to it, in one binary. It behaves as the program
// named by argv[0] when that is in the table below, and otherwise as the one
// named by its first argument.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/hack/localkube/internal/kubectl"
	"github.com/grantor-dev/grantor/hack/localkube/internal/serve"
)

// programs is everything this binary can be. A program receives the arguments
// after its own name and returns the exit code.
var programs = map[string]func(args []string) int{
	"serve":   serve.Main,
	"kubectl": kubectl.Main,
}

func main() {
	if program, found := programs[filepath.Base(os.Args[0])]; found {
		os.Exit(program(os.Args[1:]))
	}
	if len(os.Args) > 1 {
		if program, found := programs[os.Args[1]]; found {
			os.Exit(program(os.Args[2:]))
		}
	}
	fmt.Fprintf(os.Stderr, "usage: localkube %s [arguments]\n", strings.Join(names(), "|"))
	os.Exit(2)
}

func names() []string {
	var all []string
	for name := range programs {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
