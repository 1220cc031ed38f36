package backchannel

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// Clients finds clients.
type Clients interface {
	// Client returns the client with the given ID, or nil if there is none.
	Client(id string) (*clients.Client, error)
	// Notified reports whether there may be a client that wants to be told.
	Notified() bool
}

var _ Clients = (*lookup.Registry)(nil)

// Grants finds Grants.
type Grants interface {
	// From returns the Grants that a person gave in a Login.
	From(ctx context.Context, subject, login string) ([]*grants.Grant, error)
}

var _ Grants = (*grants.Store)(nil)

// Options are what a Notifier needs.
type Options struct {
	// Issuer returns the issuer URL, which can change while the server runs.
	Issuer func() string
	// Clients and Grants say who is told.
	Clients Clients
	Grants  Grants
	// Keys are the server's keys.
	Keys *keys.Store
	// Networks returns those that may be called beside those that are called anyway.
	Networks func() []netip.Prefix
	// Now is the clock.
	Now func() time.Time
	// Log says which client could not be told, and Count counts what became of a notice.
	Log   *slog.Logger
	Count func(Outcome)
}

// Notifier tells applications.
type Notifier struct {
	Options
	sender *sender
	lanes  lanes
	// pause is the time before the second try; it doubles up to maxPause. patience is how
	// long a notice is tried.
	pause, patience time.Duration

	work    sync.WaitGroup
	stopped chan struct{}
	stop    func()
}

const (
	maxPause = time.Minute
	// listing is how long the server tries to find out who is to be told.
	listing = 30 * time.Second
)

// New returns a Notifier.
func New(options Options) *Notifier {
	n := &Notifier{
		Options: options, sender: newSender(options.Networks), pause: time.Second, patience: 5 * time.Minute, stopped: make(chan struct{}),
	}
	n.stop = sync.OnceFunc(func() { close(n.stopped) })
	return n
}

// Ended tells those applications to which a person signed in with a Login that has
// ended. It returns at once.
func (n *Notifier) Ended(subject, login string) {
	if !n.Clients.Notified() {
		return
	}
	// Those who look have a lane of their own, which no namespace is called.
	n.start("", func(ctx context.Context) { n.lanes.try(ctx, "", func() { n.find(ctx, subject, login) }) })
}

// start does some work in a lane, unless too much of it waits there.
func (n *Notifier) start(name string, work func(context.Context)) {
	if n.ends() {
		n.Count(Lost)
		return
	}
	if !n.lanes.enter(name) {
		n.Count(Dropped)
		return
	}
	n.work.Go(func() {
		defer n.lanes.leave(name)
		ctx, cancel := context.WithTimeout(context.Background(), n.patience)
		defer cancel()
		work(ctx)
	})
}

// ends reports whether the server does.
func (n *Notifier) ends() bool {
	select {
	case <-n.stopped:
		return true
	default:
		return false
	}
}

// Close gives up what waits for another try, and waits for the tries under way.
func (n *Notifier) Close(ctx context.Context) {
	n.stop()
	done := make(chan struct{})
	go func() { n.work.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// find starts a notice for each client that has a Grant from the Login.
func (n *Notifier) find(ctx context.Context, subject, login string) {
	ctx, cancel := context.WithTimeout(ctx, listing)
	defer cancel()
	held, err := n.Grants.From(ctx, subject, login)
	for pause := n.pause; err != nil; pause *= 2 {
		if !n.wait(ctx, pause) {
			n.Log.Warn("the applications of a login that ended cannot be found", "error", err.Error())
			n.Count(Failed)
			return
		}
		held, err = n.Grants.From(ctx, subject, login)
	}
	told := map[string]bool{}
	for _, g := range held {
		if told[g.ClientUID] {
			continue
		}
		told[g.ClientUID] = true
		one := notice{clientID: g.ClientID, clientUID: g.ClientUID, subject: subject, login: login}
		if client, err := n.client(one); err != nil || client != nil {
			n.deliver(one, client) //nolint:contextcheck // finding who is told and telling each have a time of their own
		}
	}
}

// wait returns false if it was in vain: the time is up, or the server ends.
func (n *Notifier) wait(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-n.stopped:
	}
	return false
}
