package demo

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// namespace of a sample that names none.
const namespace = "demo"

// readyBound allows for an operator that first waits for the lease of one that
// was killed.
const readyBound = 45 * time.Second

func (d *demo) apply(ctx context.Context) (string, error) {
	content, err := os.ReadFile(d.Manifest)
	if err != nil {
		return "", fmt.Errorf("read the sample: %w", err)
	}
	d.client = &oauthv1alpha1.OAuthClient{}
	if err := yaml.UnmarshalStrict(content, d.client); err != nil {
		return "", fmt.Errorf("read the sample %s: %w", d.Manifest, err)
	}
	if d.client.Namespace == "" {
		d.client.Namespace = namespace
	}
	home := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: d.client.Namespace}}
	if err := d.kube.Create(ctx, home); err != nil && !apierrors.IsAlreadyExists(err) {
		return "", fmt.Errorf("make namespace %s: %w", home.Name, err)
	}
	return d.applyClient(ctx, content)
}

// applyClient says whether the client is new.
func (d *demo) applyClient(ctx context.Context, manifest []byte) (string, error) {
	before := &oauthv1alpha1.OAuthClient{}
	err := d.kube.Get(ctx, client.ObjectKeyFromObject(d.client), before)
	if client.IgnoreNotFound(err) != nil {
		return "", fmt.Errorf("read the OAuthClient: %w", err)
	}
	asJSON, err := yaml.YAMLToJSON(manifest)
	if err != nil {
		return "", fmt.Errorf("read the sample: %w", err)
	}
	err = d.kube.Patch(ctx, d.client, client.RawPatch("application/apply-patch+yaml", asJSON),
		client.ForceOwnership, client.FieldOwner(devenv.FieldManager))
	if err != nil {
		return "", fmt.Errorf("apply the OAuthClient: %w", err)
	}
	return fmt.Sprintf("OAuthClient %s/%s %s", d.client.Namespace, d.client.Name, change(before, d.client)), nil
}

func change(before, after *oauthv1alpha1.OAuthClient) string {
	switch {
	case before.UID != after.UID:
		return "created"
	case before.Generation != after.Generation:
		return "changed"
	default:
		return "is there already"
	}
}

// awaitReady waits until the operator has published credentials for this
// generation and this issuer.
func (d *demo) awaitReady(ctx context.Context) (string, error) {
	err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, readyBound, true,
		func(ctx context.Context) (bool, error) {
			if err := d.kube.Get(ctx, client.ObjectKeyFromObject(d.client), d.client); err != nil {
				return false, err
			}
			ready := meta.FindStatusCondition(d.client.Status.Conditions, oauthv1alpha1.ConditionReady)
			return ready != nil && ready.Status == metav1.ConditionTrue &&
				ready.ObservedGeneration == d.client.Generation &&
				d.client.Status.Issuer == d.Issuer, nil
		})
	if err != nil {
		return "", fmt.Errorf("wait for the OAuthClient, at most %s: %w\n%s", readyBound, err, d.conditions())
	}
	return "client ID " + d.client.Status.ClientID, nil
}

func (d *demo) conditions() string {
	lines := []string{fmt.Sprintf("    issuer %q, wanted %q", d.client.Status.Issuer, d.Issuer)}
	for _, c := range d.client.Status.Conditions {
		lines = append(lines, fmt.Sprintf("    %s=%s (%s): %s", c.Type, c.Status, c.Reason, c.Message))
	}
	if len(d.client.Status.Conditions) == 0 {
		lines = append(lines, "    no conditions: does the operator run? See .local/logs/operator.log")
	}
	return strings.Join(lines, "\n")
}
