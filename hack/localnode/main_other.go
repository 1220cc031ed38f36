//go:build !linux

package main

import (
	"os"
)

func main() {
	_, _ = os.Stderr.WriteString("localnode: a node needs Linux\n")
	os.Exit(1)
}
