package main

import (
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/tools/record"
	"sigs.k8s.io/controller-runtime/pkg/leaderelection"
	"sigs.k8s.io/controller-runtime/pkg/recorder"
)

const (
	leaderID = "grantor-operator"
	// renewDeadline is controller-runtime's default.
	renewDeadline = 10 * time.Second
)

// leaderLock is the lock that controller-runtime makes by default, without the
// Event that it writes for each new leader: that is an Event of the core group,
// which the operator may not write, and so an error in the log of every start.
func leaderLock(config *rest.Config, flags operatorFlags) (resourcelock.Interface, error) {
	return leaderelection.NewResourceLock(rest.CopyConfig(config), noEvents{}, leaderelection.Options{
		LeaderElection:          flags.leaderElect,
		LeaderElectionID:        leaderID,
		LeaderElectionNamespace: flags.leaderNamespace,
		RenewDeadline:           renewDeadline,
	})
}

// noEvents drops every Event.
type noEvents struct{}

// GetEventRecorderFor is for Events of the core group.
func (noEvents) GetEventRecorderFor(string) record.EventRecorder { return noEvents{} }

// GetEventRecorder is for those of events.k8s.io, which leader election has none of.
func (noEvents) GetEventRecorder(string) recorder.EventRecorder { return nil }

// Event drops one.
func (noEvents) Event(runtime.Object, string, string, string) {}

// Eventf drops one.
func (noEvents) Eventf(runtime.Object, string, string, string, ...any) {}

// AnnotatedEventf drops one.
func (noEvents) AnnotatedEventf(runtime.Object, map[string]string, string, string, string, ...any) {}
