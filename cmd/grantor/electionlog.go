package main

import (
	"context"
	"log/slog"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// electionLog logs at level info what client-go's leader election logs as an error: that
// another replica was first to write the Lease. One of two replicas that start together
// always loses, and nothing has to be done.
type electionLog struct{ slog.Handler }

// Handle implements slog.Handler.
func (h electionLog) Handle(ctx context.Context, record slog.Record) error {
	if record.Level == slog.LevelError && lostElection(record) {
		record.Level = slog.LevelInfo
		if !h.Enabled(ctx, record.Level) {
			return nil
		}
	}
	return h.Handler.Handle(ctx, record)
}

// WithAttrs implements slog.Handler.
func (h electionLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return electionLog{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h electionLog) WithGroup(name string) slog.Handler {
	return electionLog{h.Handler.WithGroup(name)}
}

// lostElection reads the names that client-go gives to the Lease and logr to the error.
func lostElection(record slog.Record) bool {
	var election, lost bool
	record.Attrs(func(attr slog.Attr) bool {
		switch attr.Key {
		case "lock":
			election = true
		case "err":
			err, _ := attr.Value.Any().(error)
			lost = apierrors.IsAlreadyExists(err) || apierrors.IsConflict(err)
		}
		return true
	})
	return election && lost
}
