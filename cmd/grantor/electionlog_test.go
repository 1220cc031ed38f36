package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/klog/v2"
)

// TestALostElectionIsNoError runs client-go's own election, so that another spelling of
// its log would be noticed.
func TestALostElectionIsNoError(t *testing.T) {
	leases := schema.GroupResource{Group: "coordination.k8s.io", Resource: "leases"}
	for name, test := range map[string]struct {
		err   error
		level string
	}{
		"another replica was first":   {apierrors.NewAlreadyExists(leases, leaderID), `"level":"INFO"`},
		"another replica wrote since": {apierrors.NewConflict(leases, leaderID, errors.New("written")), `"level":"INFO"`},
		"forbidden":                   {apierrors.NewForbidden(leases, leaderID, errors.New("no rule")), `"level":"ERROR"`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := elect(t, test.err, slog.LevelInfo); !strings.Contains(got, test.level) {
				t.Errorf("want %s, got %s", test.level, got)
			}
		})
	}
	if got := elect(t, apierrors.NewAlreadyExists(leases, leaderID), slog.LevelWarn); got != "" {
		t.Errorf("at level warn: want nothing, got %s", got)
	}
}

// elect returns the first line of the log of an election in which the Lease cannot be
// created, or nothing if there is none.
func elect(t *testing.T, refusal error, level slog.Level) string {
	t.Helper()
	var log bytes.Buffer
	handler := electionLog{slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: level})}
	ctx, cancel := context.WithCancel(klog.NewContext(t.Context(), logr.FromSlogHandler(handler)))
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock:          &refusedLock{create: refusal, tried: cancel},
		LeaseDuration: 3 * time.Second, RenewDeadline: 2 * time.Second, RetryPeriod: time.Second,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { t.Error("it leads") },
			OnStoppedLeading: func() {},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	elector.Run(ctx)
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "lease lock") {
			return line
		}
	}
	return ""
}

// refusedLock is a Lease that does not exist and cannot be created.
type refusedLock struct {
	resourcelock.Interface
	create error
	tried  func()
}

func (l *refusedLock) Get(context.Context) (*resourcelock.LeaderElectionRecord, []byte, error) {
	return nil, nil, apierrors.NewNotFound(schema.GroupResource{}, leaderID)
}

func (l *refusedLock) Create(context.Context, resourcelock.LeaderElectionRecord) error {
	l.tried()
	return l.create
}

func (l *refusedLock) Identity() string { return "test" }
func (l *refusedLock) Describe() string { return "test" }
