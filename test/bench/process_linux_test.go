package main

import (
	"os"
	"testing"
)

func TestCPUTimeOfThisProcess(t *testing.T) {
	if _, err := cpuOf(os.Getpid()); err != nil {
		t.Error(err)
	}
}
