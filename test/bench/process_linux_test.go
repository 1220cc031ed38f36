package main

import (
	"os"
	"testing"
)

func TestProcessFiguresOfThisProcess(t *testing.T) {
	if mib, err := residentOf(os.Getpid()); err != nil || mib < 1 {
		t.Errorf("resident memory is %v MiB, %v", mib, err)
	}
	if _, err := cpuOf(os.Getpid()); err != nil {
		t.Error(err)
	}
}
