package keys

import (
	"os"
	"sync"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 3, Race: true}

// oneAtATime makes tests wait for each other that change the keys of the one server.
var oneAtATime sync.Mutex

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
