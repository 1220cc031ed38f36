package create

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
	"github.com/grantor-dev/grantor/internal/kubectloauth/facts"
)

// checked asks the rules and the schema. What cannot be asked is noted.
func (c *command) checked(ctx context.Context, in *cluster.Cluster, m *manifest) error {
	if c.unchecked {
		return nil
	}
	if in == nil {
		m.notef("Not checked: there is no kubeconfig.")
		return nil
	}
	if err := m.schema(ctx, in); err != nil {
		return err
	}
	return m.rules(ctx, in)
}

// schema asks the API server, and takes what it would store: of a client that is there, that can
// have more than the manifest.
func (m *manifest) schema(ctx context.Context, in *cluster.Cluster) error {
	fields, err := m.fields()
	if err != nil {
		return err
	}
	object := &unstructured.Unstructured{Object: fields}
	err = in.Apply(ctx, client.ApplyConfigurationFromUnstructured(object), client.FieldOwner(cluster.FieldManager), client.ForceOwnership, client.DryRunAll)
	switch {
	case err == nil:
		m.stored = &oauthv1alpha1.OAuthClient{}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, m.stored); err != nil {
			return fmt.Errorf("read what would be stored: %w", err)
		}
		return nil
	case apierrors.IsInvalid(err) || apierrors.IsBadRequest(err):
		return fmt.Errorf("the API server would refuse it: %w", err)
	}
	m.notef("Not checked against the schema: %s", err)
	return nil
}

// rules asks those of the operator and the server.
func (m *manifest) rules(ctx context.Context, in *cluster.Cluster) error {
	object := m.stored
	if object == nil {
		object = m.object.DeepCopy()
		facts.WithDefaults(object)
		if object.Spec.Authentication.Method == "" {
			object.Spec.Authentication.Method = oauthv1alpha1.AuthenticationBasic
		}
	}
	err := facts.Alive(ctx, in, object)
	var known facts.Facts
	if err == nil {
		known, err = facts.Gather(ctx, in, object)
	}
	if err != nil {
		m.notef("Not checked: %s", err)
		return nil
	}
	for _, unknown := range known.Unknown {
		m.notef("Not known: %s", unknown)
	}
	var refusals []error
	for _, refusal := range known.Explain().Refusals {
		refusals = append(refusals, fmt.Errorf("%s: %s", refusal.Reason, refusal.Message))
	}
	if len(refusals) > 0 {
		return fmt.Errorf("OAuthClient %s/%s would be refused: %w", object.Namespace, object.Name, errors.Join(refusals...))
	}
	return nil
}
