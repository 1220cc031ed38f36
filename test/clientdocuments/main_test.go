// Package clientdocuments tests clients whose ID is the URL of a metadata document: which
// documents are accepted, what users are asked, and that nothing depends on the client's host
// once they have agreed, at a running Grantor with a real API server.
package clientdocuments

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 2}

// documents is how many TestManyDocuments publishes; with 10,000 it takes some minutes.
var documents = flag.Int("documents", 84, "how many documents with defects are published")

func TestMain(m *testing.M) {
	flag.Parse()
	if err := sites.start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(shared.Run(m))
}
