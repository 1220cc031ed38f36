package faults

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// history is every client secret that was ever in a Secret of a namespace, by the
// client's name, without repetitions in a row.
type history struct {
	mu     sync.Mutex
	values map[string][]string
}

// record watches the Secrets of a namespace from now on, so that it misses none.
func record(t testing.TB, g *grantor, ns string) *history {
	t.Helper()
	kube, err := kubernetes.NewForConfig(g.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	list, err := kube.CoreV1().Secrets(ns).List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	stream, err := kube.CoreV1().Secrets(ns).Watch(ctx, metav1.ListOptions{ResourceVersion: list.ResourceVersion})
	if err != nil {
		t.Fatal(err)
	}
	h := &history{values: map[string][]string{}}
	for i := range list.Items {
		h.add(&list.Items[i])
	}
	go func() {
		for event := range stream.ResultChan() {
			if secret, ok := event.Object.(*corev1.Secret); ok && event.Type != watch.Deleted {
				h.add(secret)
			}
		}
	}()
	return h
}

func (h *history) add(secret *corev1.Secret) {
	name, value := secret.Annotations[oauthv1alpha1.AnnotationClient], string(secret.Data["client_secret"])
	h.mu.Lock()
	defer h.mu.Unlock()
	if list := h.values[name]; value != "" && (len(list) == 0 || list[len(list)-1] != value) {
		h.values[name] = append(list, value)
	}
}

// of returns the values that a client's Secrets had, once the present one is known.
func (h *history) of(t testing.TB, g *grantor, c *oauthv1alpha1.OAuthClient) []string {
	t.Helper()
	present := g.Value(t, c)
	var values []string
	installation.Eventually(t, 5*time.Second, func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		values = slices.Clone(h.values[c.Name])
		return len(values) > 0 && values[len(values)-1] == present
	}, func() string { return "value of " + c.Name + " in the watch" })
	return values
}

// ownSecrets returns the names of the Secrets that carry the client's mark.
func ownSecrets(t testing.TB, g *grantor, c *oauthv1alpha1.OAuthClient) []string {
	t.Helper()
	list := &corev1.SecretList{}
	err := g.Admin.List(t.Context(), list, client.InNamespace(c.Namespace), client.MatchingLabels{oauthv1alpha1.LabelClientUID: string(c.UID)})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, secret := range list.Items {
		names = append(names, secret.Name)
	}
	return names
}
