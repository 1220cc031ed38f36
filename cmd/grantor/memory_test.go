package main

import (
	"bytes"
	"log/slog"
	"runtime/debug"
	"strings"
	"testing"
)

func TestGOMEMLIMITHasPrecedence(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	t.Setenv("GOMEMLIMIT", "123MiB")
	debug.SetMemoryLimit(123 << 20)
	var out bytes.Buffer
	limitMemory(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if limit := debug.SetMemoryLimit(-1); limit != 123<<20 {
		t.Errorf("the limit is %d", limit)
	}
	if strings.Contains(out.String(), "level=WARN") {
		t.Error(out.String())
	}
}
