package main

import (
	"log/slog"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// memoryShare is the part of the container's memory limit that Go's runtime tries to
// stay below; the rest is for what the runtime does not count, such as stacks of
// threads and pages of the binary file.
const memoryShare = 0.9

// limitMemory makes the garbage collector work harder before the kernel kills the
// program: it sets Go's memory limit from the limit of the container. The environment
// variable GOMEMLIMIT has precedence. Without a limit nothing changes.
func limitMemory(log *slog.Logger) {
	limit, err := memlimit.SetGoMemLimitWithOpts(memlimit.WithRatio(memoryShare))
	if err != nil {
		log.Warn("the memory limit of the container cannot be read", "error", err.Error())
		return
	}
	if limit > 0 {
		log.Debug("memory is limited", "bytes", limit)
	}
}
