package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

const (
	namespaces = 10
	// workers create clients; the operator has as many by default.
	workers = 8
	// readyBound is how long the operator may take for all clients.
	readyBound = 20 * time.Minute
)

// size is the number of clients.
func (s settings) size() int { return s.either(s.clients, 100, 1000) }

// population is the part of a name that says how many clients there are.
func (s settings) population() string { return fmt.Sprintf("%dclients", s.size()) }

// populate makes sure that all clients exist and are ready.
func (b *bench) populate(ctx context.Context) ([]*credential, error) {
	if b.credentials != nil {
		return b.credentials, nil
	}
	var err error
	if b.creation, err = b.createAll(ctx, "bench"); err != nil {
		return nil, err
	}
	list := &oauthv1alpha1.OAuthClientList{}
	if err := b.Admin.List(ctx, list, client.MatchingLabels{benchLabel: "bench"}); err != nil {
		return nil, fmt.Errorf("list OAuthClients: %w", err)
	}
	b.credentials = make([]*credential, len(list.Items))
	return b.credentials, inParallel(len(list.Items), func(n int) (err error) {
		b.credentials[n], err = b.credentialOf(ctx, &list.Items[n])
		return err
	})
}

// benchLabel tells the clients of this program from others.
const benchLabel = "bench"

// service returns the n-th client of a group, not yet created.
func service(group string, n int) *oauthv1alpha1.OAuthClient {
	return installation.Service(fmt.Sprintf("%s-%d", group, n%namespaces), fmt.Sprintf("client-%d", n),
		func(c *oauthv1alpha1.OAuthClient) { c.Labels = map[string]string{benchLabel: group} })
}

// createNamespaces makes the namespaces of a group.
func (b *bench) createNamespaces(ctx context.Context, group string) error {
	for n := range namespaces {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%d", group, n)}}
		if err := b.Admin.Create(ctx, namespace); err != nil && !apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("create namespace %s: %w", namespace.Name, err)
		}
	}
	return nil
}

// createAll creates all clients of a group and returns how long it took until all
// of them were ready.
func (b *bench) createAll(ctx context.Context, group string) (time.Duration, error) {
	if err := b.createNamespaces(ctx, group); err != nil {
		return 0, err
	}
	watcher, err := client.NewWithWatch(b.Kube.Config, client.Options{Scheme: b.Admin.Scheme()})
	if err != nil {
		return 0, fmt.Errorf("make a client: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, readyBound)
	defer cancel()
	seen, err := watcher.Watch(ctx, &oauthv1alpha1.OAuthClientList{}, client.MatchingLabels{benchLabel: group})
	if err != nil {
		return 0, fmt.Errorf("watch OAuthClients: %w", err)
	}
	defer seen.Stop()
	sayf("creating %d clients", b.size())
	start := time.Now()
	created := make(chan error, 1)
	go func() {
		created <- inParallel(b.size(), func(n int) error { return b.Admin.Create(ctx, service(group, n)) })
	}()
	if err := allReady(ctx, seen, b.size()); err != nil {
		return 0, err
	}
	return time.Since(start), <-created
}

func allReady(ctx context.Context, seen watch.Interface, want int) error {
	done := map[client.ObjectKey]bool{}
	for event := range seen.ResultChan() {
		if c, ok := event.Object.(*oauthv1alpha1.OAuthClient); ok && ready(c) {
			done[client.ObjectKeyFromObject(c)] = true
		} else if event.Type == watch.Error {
			return apierrors.FromObject(event.Object)
		}
		if len(done) == want {
			return nil
		}
	}
	return fmt.Errorf("%d of %d clients became ready: %w", len(done), want, context.Cause(ctx))
}

// inParallel calls f with 0 to n-1, by several workers at once, and returns the
// first error of one that failed.
func inParallel(n int, f func(int) error) error {
	next := make(chan int)
	errs := make(chan error, n)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := range next {
				errs <- f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
