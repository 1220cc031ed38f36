package oauthtokens

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	kube "k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/provider"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/source"
)

// clock is one that the test turns.
type clock struct {
	at atomic.Int64
	// runs is a clock to use instead, which follows this one; nil is none.
	runs func() time.Time
	// follows is called when the clock has been turned, for the clocks of other processes;
	// nil has none.
	follows func(by time.Duration)
}

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) Now() time.Time {
	if c.runs != nil {
		return c.runs().UTC()
	}
	return time.Unix(0, c.at.Load()).UTC()
}

func (c *clock) turn(by time.Duration) {
	c.at.Add(int64(by))
	if c.follows != nil {
		c.follows(by)
	}
}

// recorder keeps what events say.
type recorder struct {
	mu   sync.Mutex
	said []string
}

// Eventf implements events.EventRecorder.
func (r *recorder) Eventf(_, _ kube.Object, eventType, reason, action, note string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, fmt.Sprintf(eventType+" "+reason+" "+action+" "+note, args...))
}

func (r *recorder) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.said)
}

// handovers has at most one code.
type handovers struct {
	next  atomic.Pointer[oauthtoken.Handover]
	taken atomic.Int64
}

var _ oauthtoken.Handovers = (*handovers)(nil)

func (h *handovers) Next(context.Context, *oauthv1alpha1.OAuthToken) (*oauthtoken.Handover, error) {
	return h.next.Load(), nil
}

func (h *handovers) Taken(_ context.Context, _ *oauthv1alpha1.OAuthToken, id string) error {
	if next := h.next.Load(); next != nil && next.ID == id {
		h.next.CompareAndSwap(next, nil)
		h.taken.Add(1)
	}
	return nil
}

func (h *handovers) Setup(b *builder.Builder) *builder.Builder { return b }

// moment is when an operator dies: around one of its writes or token requests.
type moment struct {
	// call counts the writes and token requests, from 1; 0 is never.
	call int
	// after is after the call, as what was called has it.
	after bool
}

// operator is a process that reconciles OAuthTokens. A dead one does nothing any more.
type operator struct {
	*oauthtoken.Reconciler
	dies  moment
	calls int
	// loseAnswers loses the answers of token requests.
	loseAnswers atomic.Bool
	// fails lets calls fail; nil does not.
	fails func(what string) error
	// died says at which call: a write, or a token request.
	died string
}

// newOperator starts one.
func newOperator(t testing.TB, s *scene, dies moment, networks ...netip.Prefix) *operator {
	t.Helper()
	admin, o := s.admin, &operator{dies: dies}
	calls := source.NewCalls(networks)
	// Metadata is not a token request.
	discover := source.NewCalls(networks).Public
	calls.Public.Transport = mortal{o, calls.Public.Transport}
	issuer := calls.Issuer
	calls.Issuer = func(authorities string) *http.Client {
		through := issuer(authorities)
		through.Transport = mortal{o, through.Transport}
		return through
	}
	withWatch, err := client.NewWithWatch(s.kube.Config, client.Options{Scheme: admin.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	cached := interceptor.NewClient(withWatch, o.writes())
	o.Reconciler = &oauthtoken.Reconciler{
		Client: cached, Live: s.admin, Events: s.events, Handovers: s.from,
		Sources: &source.Finder{Cached: cached, Live: s.admin, Providers: &provider.Discoverer{Through: discover, Now: s.clock.Now}, Calls: calls},
		Now:     s.clock.Now, Earlier: s.clock.Now, Steady: s.clock.Now, Holder: rand.Text(),
	}
	return o
}

// around does a call, and ends the process before or after it.
func around[T any](o *operator, what string, call func() (T, error)) (T, error) {
	o.calls++
	if o.calls == o.dies.call && !o.dies.after {
		o.died = "before " + what
		runtime.Goexit()
	}
	var out T
	var err error
	if o.fails != nil {
		err = o.fails(what)
	}
	if err == nil {
		out, err = call()
	}
	if o.calls == o.dies.call && o.dies.after {
		o.died = "after " + what
		runtime.Goexit()
	}
	return out, err
}

func (o *operator) writes() interceptor.Funcs {
	do := func(what string, call func() error) error {
		_, err := around(o, what, func() (struct{}, error) { return struct{}{}, call() })
		return err
	}
	return interceptor.Funcs{
		Create: func(ctx context.Context, c client.WithWatch, object client.Object, options ...client.CreateOption) error {
			return do("create "+object.GetName(), func() error { return c.Create(ctx, object, options...) })
		},
		Update: func(ctx context.Context, c client.WithWatch, object client.Object, options ...client.UpdateOption) error {
			return do("update "+object.GetName(), func() error { return c.Update(ctx, object, options...) })
		},
		SubResourcePatch: func(ctx context.Context, c client.Client, sub string, object client.Object, patch client.Patch, options ...client.SubResourcePatchOption) error {
			return do("patch status", func() error { return c.SubResource(sub).Patch(ctx, object, patch, options...) })
		},
	}
}

// mortal ends the process around a token request.
type mortal struct {
	operator *operator
	next     http.RoundTripper
}

func (m mortal) RoundTrip(r *http.Request) (*http.Response, error) {
	return around(m.operator, "request", func() (*http.Response, error) {
		response, err := m.next.RoundTrip(r)
		if err == nil && m.operator.loseAnswers.Load() {
			return nil, errors.Join(errLost, response.Body.Close())
		}
		return response, err
	})
}

var errLost = errors.New("the answer is lost")

var errDead = errors.New("the operator is dead")

// reconcile reconciles once, and returns errDead if the operator died.
func (o *operator) reconcile(ctx context.Context, token client.ObjectKey) (ctrl.Result, error) {
	type outcome struct {
		result ctrl.Result
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		ended := outcome{err: errDead}
		defer func() { done <- ended }()
		result, err := o.Reconcile(ctx, ctrl.Request{NamespacedName: token})
		ended = outcome{result, err}
	}()
	got := <-done
	return got.result, got.err
}
