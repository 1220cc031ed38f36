package connection

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/registration"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/tokenspec"
)

// listed is a finder of the objects that have any value.
type listed[T client.Object] []T

func (l listed[T]) Of(string) ([]T, error) { return l, nil }

// cluster is what the API server has. A copy can be older.
type cluster struct {
	client.Client

	token       *oauthv1alpha1.OAuthToken
	user        *oauthv1alpha1.OAuthUser
	connections map[string]*sessionv1alpha1.Connection
}

// Get implements client.Reader.
func (c *cluster) Get(_ context.Context, key client.ObjectKey, object client.Object, _ ...client.GetOption) error {
	switch into := object.(type) {
	case *oauthv1alpha1.OAuthToken:
		if c.token != nil && client.ObjectKeyFromObject(c.token) == key {
			c.token.DeepCopyInto(into)
			return nil
		}
	case *oauthv1alpha1.OAuthUser:
		if c.user != nil && client.ObjectKeyFromObject(c.user) == key {
			c.user.DeepCopyInto(into)
			return nil
		}
	case *sessionv1alpha1.Connection:
		if kept := c.connections[key.Name]; kept != nil {
			kept.DeepCopyInto(into)
			return nil
		}
	}
	return apierrors.NewNotFound(schema.GroupResource{}, key.Name)
}

// Update implements client.Writer.
func (c *cluster) Update(_ context.Context, object client.Object, _ ...client.UpdateOption) error {
	c.connections[object.GetName()], _ = object.(*sessionv1alpha1.Connection)
	return nil
}

// scene returns a Reconciler with three codes of one person, of which "c2" is the last one.
func scene(t *testing.T) (*Reconciler, *cluster) {
	t.Helper()
	f := good()
	pepper, err := credentials.NewPepper("p1", bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	f.token.Status.Provider = &oauthv1alpha1.TokenProviderStatus{Host: "id.example"}
	known := &cluster{token: f.token, user: f.user, connections: map[string]*sessionv1alpha1.Connection{}}
	var copies listed[*sessionv1alpha1.Connection]
	for name, age := range map[string]time.Duration{"c1": 2 * time.Second, "c2": time.Second, "c3": 3 * time.Second} {
		c := f.connection.DeepCopy()
		c.Name, c.CreationTimestamp, c.Spec.State = name, metav1.NewTime(received.Add(-age)), sessionv1alpha1.ConnectionReceived
		code := *f.code
		code.Code, code.Provider = name, tokenspec.ProviderDigest(f.token.Status.Provider)
		if err := code.Seal(pepper, c); err != nil {
			t.Fatal(err)
		}
		known.connections[name], copies = c.DeepCopy(), append(copies, c)
	}
	r := New(Reconciler{Live: known, Sessions: registration.Sessions{Live: known}, Events: events.NewFakeRecorder(9), Now: func() time.Time { return received }})
	r.peppers = func(context.Context, *sessionv1alpha1.Connection) (credentials.Peppers, error) {
		return credentials.Peppers{pepper}, nil
	}
	byToken := finder[*sessionv1alpha1.Connection](copies)
	r.opened.Store(&byToken)
	users := listed[*oauthv1alpha1.OAuthUser]{f.user.DeepCopy()}
	r.users = usersOf(users)
	return r, known
}

func usersOf(l listed[*oauthv1alpha1.OAuthUser]) users { return users{l, l, l} }

// waiting returns which Connections are neither redeemed nor refused.
func (c *cluster) waiting() []string {
	maps.DeleteFunc(c.connections, func(_ string, c *sessionv1alpha1.Connection) bool { return !waits(c) })
	return slices.Sorted(maps.Keys(c.connections))
}

// The last code counts, and the others are refused, also while nothing asks for the last one.
func TestTheLastCodeCounts(t *testing.T) {
	r, known := scene(t)
	best, err := r.pick(t.Context(), known.token, "t1")
	if err != nil || best == nil || best.connection.Name != "c2" {
		t.Fatalf("%+v, %v", best, err)
	}
	if got := known.waiting(); !slices.Equal(got, []string{"c2"}) {
		t.Errorf("there wait %q", got)
	}
}

// What is given out was read at the API server.
func TestNext(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*cluster)
		id     string
		wait   int
	}{
		"as it was":          {func(*cluster) {}, "c2", 1},
		"another spec":       {func(c *cluster) { c.token.Generation++ }, "", 0},
		"nobody named":       {func(c *cluster) { c.token.Spec.AuthorizedBy = nil }, "", 0},
		"a disabled person":  {func(c *cluster) { c.user.Spec.Disabled = true }, "", 0},
		"no person":          {func(c *cluster) { c.user = nil }, "", 0},
		"another person":     {func(c *cluster) { c.user.UID = "u2" }, "", 0},
		"a moved Connection": {func(c *cluster) { c.connections["c2"].ResourceVersion = "2" }, "", 1},
		"a taken Connection": {func(c *cluster) { delete(c.connections, "c2") }, "", 0},
		"no server for now":  {func(c *cluster) { c.token.Status.Server = nil }, "", 3},
	} {
		r, known := scene(t)
		old := known.token.DeepCopy()
		test.change(known)
		next, err := r.Next(t.Context(), old)
		if err != nil || next == nil && test.id != "" || next != nil && (next.ID != test.id || next.UserUID != "u1") {
			t.Errorf("%s: %+v, %v", name, next, err)
		}
		if got := known.waiting(); len(got) != test.wait {
			t.Errorf("%s: there wait %q", name, got)
		}
	}
}

// A code goes to the provider that the person saw, and to no other one.
func TestACodeIsForOneProvider(t *testing.T) {
	r, known := scene(t)
	token := known.token.DeepCopy()
	token.Status.Provider.Host = "evil.example"
	if next, err := r.Next(t.Context(), token); next != nil || err != nil {
		t.Errorf("%+v, %v", next, err)
	}
	if got := known.waiting(); len(got) != 0 {
		t.Errorf("there wait %q", got)
	}
}

// Until all Connections were read there is none, at once.
func TestNextBeforeConnectionsWereRead(t *testing.T) {
	r, known := scene(t)
	r.opened.Store(nil)
	if next, err := r.Next(t.Context(), known.token); next != nil || err != nil || len(known.waiting()) != 3 {
		t.Errorf("%+v, %v", next, err)
	}
}
