package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// writesByHand is the number of writes for one client in createByHand: the client,
// its credentials, its Secret, its conditions.
const writesByHand = 4

// createByHand creates as many clients, their Secrets and statuses as the operator
// would, with as many workers but without an operator: the writes alone, of the
// same size, with nothing to read, to watch or to decide. It returns how long that
// took, and removes everything again.
func (b *bench) createByHand(ctx context.Context) (time.Duration, error) {
	sample, err := b.createClient(ctx, "sample", oauthv1alpha1.AccessTokenJWT)
	if err != nil {
		return 0, err
	}
	reconciled := &oauthv1alpha1.OAuthClient{}
	if err := b.Admin.Get(ctx, sample.key, reconciled); err != nil {
		return 0, fmt.Errorf("get the sample: %w", err)
	}
	secret := &corev1.Secret{}
	if err := b.Admin.Get(ctx, client.ObjectKey{Namespace: sample.key.Namespace, Name: reconciled.ClientSecretName()}, secret); err != nil {
		return 0, fmt.Errorf("get the sample's Secret: %w", err)
	}
	if err := b.createNamespaces(ctx, "byhand"); err != nil {
		return 0, err
	}
	if err := b.Operator.Stop(ctx); err != nil {
		return 0, err
	}
	sayf("creating %d clients without the operator", b.size())
	start := time.Now()
	if err := b.writeAll(ctx, reconciled, secret); err != nil {
		return 0, err
	}
	took := time.Since(start)
	if err := b.removeAll(ctx); err != nil {
		return 0, err
	}
	if err := b.Operator.Restart(ctx); err != nil {
		return 0, err
	}
	// A client that becomes ready shows that the operator leads and works.
	_, err = b.createClient(ctx, "after-restart", oauthv1alpha1.AccessTokenJWT)
	return took, err
}

// writeAll has users who create clients and, beside them, as many workers that
// write what the operator would have written.
func (b *bench) writeAll(ctx context.Context, reconciled *oauthv1alpha1.OAuthClient, secret *corev1.Secret) error {
	created := make(chan *oauthv1alpha1.OAuthClient, b.size())
	failed := make(chan error, 1)
	go func() {
		defer close(created)
		failed <- inParallel(b.size(), func(n int) error {
			c := service("byhand", n)
			err := b.Admin.Create(ctx, c)
			if err == nil {
				created <- c
			}
			return err
		})
	}()
	err := inParallel(b.size(), func(int) error {
		c, ok := <-created
		if !ok {
			return nil
		}
		return b.writeOne(ctx, c, reconciled, secret)
	})
	if failure := <-failed; failure != nil {
		return fmt.Errorf("create an OAuthClient: %w", failure)
	}
	return err
}

func (b *bench) writeOne(ctx context.Context, c, reconciled *oauthv1alpha1.OAuthClient, sample *corev1.Secret) error {
	stored := c.DeepCopy()
	reconciled.Status.DeepCopyInto(&c.Status)
	c.Status.Conditions = nil
	if err := b.Admin.Status().Patch(ctx, c, client.MergeFromWithOptions(stored, client.MergeFromWithOptimisticLock{})); err != nil {
		return fmt.Errorf("publish credentials: %w", err)
	}
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: c.Namespace, Name: c.ClientSecretName(), Annotations: sample.Annotations, Labels: sample.Labels,
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(c, oauthv1alpha1.GroupVersion.WithKind("OAuthClient"))},
		},
		Data: sample.Data,
	}
	if err := b.Admin.Create(ctx, secret); err != nil {
		return fmt.Errorf("create a Secret: %w", err)
	}
	stored = c.DeepCopy()
	reconciled.Status.DeepCopyInto(&c.Status)
	if err := b.Admin.Status().Patch(ctx, c, client.MergeFromWithOptions(stored, client.MergeFromWithOptimisticLock{})); err != nil {
		return fmt.Errorf("publish conditions: %w", err)
	}
	return nil
}

// removeAll deletes what createByHand has made and waits until it is gone.
func (b *bench) removeAll(ctx context.Context) error {
	for n := range namespaces {
		namespace := client.InNamespace(fmt.Sprintf("byhand-%d", n))
		for _, kind := range []client.Object{&oauthv1alpha1.OAuthClient{}, &corev1.Secret{}} {
			if err := b.Admin.DeleteAllOf(ctx, kind, namespace); err != nil {
				return fmt.Errorf("remove what was written: %w", err)
			}
		}
	}
	return wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, 2*time.Minute, true, func(ctx context.Context) (bool, error) {
		list := &oauthv1alpha1.OAuthClientList{}
		err := b.Admin.List(ctx, list, client.MatchingLabels{benchLabel: "byhand"})
		return len(list.Items) == 0, err
	})
}
