package clocks

import (
	"context"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/history"
	"github.com/grantor-dev/grantor/test/installation"
)

// secrets are the client secrets that were seen while races run, and why they changed.
type secrets struct {
	*history.Recorder

	g       *installation.Installation
	rotated *oauthv1alpha1.OAuthClient
	end     context.CancelFunc
	ended   sync.WaitGroup
}

// watchSecrets records every client secret in the namespace of the application.
func (d *driver) watchSecrets(t *testing.T) *secrets {
	t.Helper()
	g := shared.Grantor(t)
	kube, err := kubernetes.NewForConfig(g.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s := &secrets{Recorder: history.NewRecorder(), g: g, end: cancel}
	namespace := d.app.Object.Namespace
	s.rotated = g.Create(t, installation.Service(namespace, "rotated"))
	stream, err := kube.CoreV1().Secrets(namespace).Watch(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s.ended.Go(func() {
		for event := range stream.ResultChan() {
			if secret, ok := event.Object.(*corev1.Secret); ok && event.Type != watch.Deleted {
				s.See(history.Operation{Kind: history.Secret, Presented: secret.Name, Value: string(secret.Data["client_secret"])})
			}
		}
	})
	return s
}

// rotate asks for another secret of one client and kills the operator, which must give it
// exactly one.
func (s *secrets) rotate(t *testing.T, n int) {
	t.Helper()
	before := s.g.Value(t, s.rotated)
	s.See(history.Operation{Kind: history.Rotation, Presented: s.rotated.ClientSecretName()})
	at := metav1.NewTime(time.Now().Add(-time.Duration(n) * time.Hour).Truncate(time.Second))
	patch := client.MergeFrom(s.rotated.DeepCopy())
	s.rotated.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{RequestedAt: &at}
	if err := s.g.Admin.Patch(t.Context(), s.rotated, patch); err != nil {
		t.Fatal(err)
	}
	if err := s.g.Operator.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := s.g.Operator.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, time.Minute, func() bool { return s.g.Value(t, s.rotated) != before }, func() string { return "new client secret" })
}

// check ends the record and checks it.
func (s *secrets) check(t *testing.T) {
	t.Helper()
	s.end()
	s.ended.Wait()
	all := s.Operations()
	if len(all) < 4 {
		t.Errorf("only %d secrets were seen", len(all))
	}
	for _, found := range history.Check(all, history.Bounds{}) {
		t.Error(found)
	}
}
