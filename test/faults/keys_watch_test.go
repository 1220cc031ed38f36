package faults

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/grantor-dev/grantor/test/installation"
)

// keyHistory is every RSA key that was ever in the key Secret.
type keyHistory struct {
	mu      sync.Mutex
	entries map[string]bool
	version string
}

// watchKeys watches the key Secret from now on, so that it misses no version.
func watchKeys(t testing.TB, g *grantor) *keyHistory {
	t.Helper()
	kube, err := kubernetes.NewForConfig(g.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	secrets, only := kube.CoreV1().Secrets(g.at.Namespace), "metadata.name="+g.keySecret().Name
	list, err := secrets.List(ctx, metav1.ListOptions{FieldSelector: only})
	if err != nil {
		t.Fatal(err)
	}
	stream, err := secrets.Watch(ctx, metav1.ListOptions{FieldSelector: only, ResourceVersion: list.ResourceVersion})
	if err != nil {
		t.Fatal(err)
	}
	h := &keyHistory{entries: map[string]bool{}}
	for i := range list.Items {
		h.add(&list.Items[i])
	}
	go func() {
		for event := range stream.ResultChan() {
			if secret, ok := event.Object.(*corev1.Secret); ok {
				h.add(secret)
			}
		}
	}()
	return h
}

func (h *keyHistory) add(secret *corev1.Secret) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.version = secret.ResourceVersion
	for _, name := range rsaEntries(secret) {
		h.entries[name] = true
	}
}

// upTo returns the RSA keys that there were until a version of the Secret, the last.
func (h *keyHistory) upTo(t testing.TB, version string) []string {
	t.Helper()
	var names []string
	installation.Eventually(t, 5*time.Second, func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		names = slices.Sorted(maps.Keys(h.entries))
		return h.version == version
	}, func() string { return "last version of the key Secret in the watch" })
	return names
}
