package served

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 3, Race: true}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
