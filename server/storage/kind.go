package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
)

// Errors that callers tell apart. Any other error leaves open whether a write was
// done.
var (
	// ErrNotFound says that there is no object of the name.
	ErrNotFound = errors.New("no such object")
	// ErrExists says that there is an object of the name already.
	ErrExists = errors.New("the object exists")
	// ErrConflict says that the object was changed since it was read.
	ErrConflict = errors.New("the object was changed")
)

// timeout bounds one request to the API server.
const timeout = 5 * time.Second

// pageSize bounds one answer to a list.
const pageSize = 500

// Backend is where the objects of every kind are kept, and what their payloads are
// sealed with.
type Backend struct {
	// Client is for session.grantor.dev/v1alpha1.
	Client rest.Interface
	// Namespace is where the server keeps its session objects.
	Namespace string
	// Keys are the server's keys.
	Keys *keys.Store
	// Issuer returns the issuer URL, which is part of what every payload is bound to.
	Issuer func() string
}

// Object is a pointer to an object of type T.
type Object[T any] interface {
	*T
	metav1.Object
	runtime.Object
}

// Kind is the objects of one kind in one namespace. P is the pointer to T.
type Kind[T any, P Object[T]] struct {
	Backend
	// Name is that of the kind, such as Grant.
	Name string
}

// resource is the plural of the kind.
func (k Kind[T, P]) resource() string { return strings.ToLower(k.Name) + "s" }

// Get reads an object. It returns ErrNotFound.
func (k Kind[T, P]) Get(ctx context.Context, name string) (P, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	object := P(new(T))
	err := k.Client.Get().Namespace(k.Namespace).Resource(k.resource()).Name(name).MaxRetries(1).Do(ctx).Into(object)
	return object, k.named("get", err)
}

// Create stores a new object. It returns ErrExists.
func (k Kind[T, P]) Create(ctx context.Context, object P) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	return k.named("create", k.Client.Post().Namespace(k.Namespace).Resource(k.resource()).Body(k.typed(object)).MaxRetries(1).Do(ctx).Error())
}

// Make is Create for a caller that needs the object as it was stored.
func (k Kind[T, P]) Make(ctx context.Context, object P) (P, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	made := P(new(T))
	err := k.Client.Post().Namespace(k.Namespace).Resource(k.resource()).Body(k.typed(object)).MaxRetries(1).Do(ctx).Into(made)
	return made, k.named("create", err)
}

// Put is Update for a caller that needs the object as it was stored.
func (k Kind[T, P]) Put(ctx context.Context, object P) (P, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	stored := P(new(T))
	err := k.Client.Put().Namespace(k.Namespace).Resource(k.resource()).Name(object.GetName()).Body(k.typed(object)).MaxRetries(1).Do(ctx).Into(stored)
	return stored, k.named("update", err)
}

// Update stores an object over the version that was read. It returns ErrConflict,
// or ErrNotFound.
func (k Kind[T, P]) Update(ctx context.Context, object P) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	return k.named("update", k.Client.Put().Namespace(k.Namespace).Resource(k.resource()).Name(object.GetName()).Body(k.typed(object)).MaxRetries(1).Do(ctx).Error())
}

// attempts bounds how often a Change is tried that meets other writes.
const attempts = 40

// Change reads an object, lets change alter it and stores it, again while others write
// it. It returns nil if there is no such object, or if change reports that
// there is nothing to do.
func (k Kind[T, P]) Change(ctx context.Context, name string, change func(P) bool) error {
	var err error
	for range attempts {
		if err = k.tryChange(ctx, name, change); !errors.Is(err, ErrConflict) {
			break
		}
	}
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

func (k Kind[T, P]) tryChange(ctx context.Context, name string, change func(P) bool) error {
	object, err := k.Get(ctx, name)
	if err != nil || !change(object) {
		return err
	}
	return k.Update(ctx, object)
}

// Each calls visit for each object that carries a label with one of the values, page
// by page: what is to be ended must not be missed because it does not fit on the first.
func (k Kind[T, P]) Each(ctx context.Context, label string, values []string, visit func(P)) error {
	selector, err := labels.Parse(label + " in (" + strings.Join(values, ",") + ")")
	if err != nil {
		return fmt.Errorf("list %s: %w", k.resource(), err)
	}
	for next := ""; ; {
		page, err := k.page(ctx, selector.String(), next)
		if err != nil {
			return k.named("list", err)
		}
		for i := range page.Items {
			visit(&page.Items[i])
		}
		if next = page.Continue; next == "" {
			return nil
		}
	}
}

// page is a part of a list.
type page[T any] struct {
	metav1.ListMeta `json:"metadata"`
	Items           []T `json:"items"`
}

// page reads what follows the part of a list that ended with a token.
func (k Kind[T, P]) page(ctx context.Context, selector, next string) (page[T], error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	var read page[T]
	request := k.Client.Get().Namespace(k.Namespace).Resource(k.resource()).
		Param("labelSelector", selector).Param("limit", fmt.Sprint(pageSize)).MaxRetries(1)
	if next != "" {
		request = request.Param("continue", next)
	}
	body, err := request.Do(ctx).Raw()
	if err != nil {
		return read, err
	}
	return read, json.Unmarshal(body, &read)
}

// typed sets what an object of the kind begins with.
func (k Kind[T, P]) typed(object P) P {
	object.GetObjectKind().SetGroupVersionKind(sessionv1alpha1.GroupVersion.WithKind(k.Name))
	return object
}

func (k Kind[T, P]) named(verb string, err error) error {
	switch {
	case err == nil:
		return nil
	case apierrors.HasStatusCause(err, metav1.CauseTypeUnexpectedServerResponse):
		// Something between here and the API server answered, or the kind is not served:
		// that says nothing about an object, whatever its status code.
	case apierrors.IsNotFound(err):
		return ErrNotFound
	case apierrors.IsAlreadyExists(err):
		return ErrExists
	case apierrors.IsConflict(err):
		return ErrConflict
	}
	return fmt.Errorf("%s %s: %w", verb, k.resource(), err)
}

// bounded gives a request its own time. net/http ends the context of a request when
// the client closes its side of the connection, which it may do and still wait for
// the answer.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), timeout)
}
