package cloverdx

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{TLS: true, Servers: 3}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
