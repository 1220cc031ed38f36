package redirects

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared installation.Shared

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
