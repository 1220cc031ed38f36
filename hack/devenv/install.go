package devenv

import (
	"context"
	"fmt"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
)

// InstallOptions says how far Install goes.
type InstallOptions struct {
	// Issuer is the URL that the OAuthServer in config/samples/dev gets. Empty
	// leaves out all of config/samples/dev.
	Issuer string
}

// Install brings a cluster to what the checkout in repoRoot says: the CRDs of
// config/crd, once they are served the RBAC of config/rbac and the bounds of the
// operator in config/admission/operator, and with an issuer the OAuthServer and users
// of config/samples/dev. Nothing changes where the cluster has it all already.
func Install(ctx context.Context, cfg *rest.Config, repoRoot string, o InstallOptions) error {
	a, err := newApplier(cfg)
	if err != nil {
		return err
	}
	config := filepath.Join(repoRoot, "config")

	crds, err := a.applyDir(ctx, filepath.Join(config, "crd"), nil)
	if err != nil {
		return fmt.Errorf("install CRDs: %w", err)
	}
	if err := a.awaitServed(ctx, crds); err != nil {
		return fmt.Errorf("install CRDs: %w", err)
	}
	if _, err := a.applyDir(ctx, filepath.Join(config, "rbac"), nil); err != nil {
		return fmt.Errorf("install RBAC: %w", err)
	}
	// Everything that is tested and tried is so with the operator narrowed down.
	if _, err := a.applyDir(ctx, filepath.Join(config, "admission", "operator"), nil); err != nil {
		return fmt.Errorf("install the bounds of the operator: %w", err)
	}
	if o.Issuer == "" {
		return nil
	}
	return a.installServer(ctx, repoRoot, o.Issuer)
}

// InstallServer brings only the OAuthServer and users of config/samples/dev, with an
// issuer, to a cluster that has the rest.
func InstallServer(ctx context.Context, cfg *rest.Config, repoRoot, issuer string) error {
	a, err := newApplier(cfg)
	if err != nil {
		return err
	}
	return a.installServer(ctx, repoRoot, issuer)
}

func (a *applier) installServer(ctx context.Context, repoRoot, issuer string) error {
	_, err := a.applyDir(ctx, filepath.Join(repoRoot, "config", "samples", "dev"), withIssuer(issuer))
	if err != nil {
		return fmt.Errorf("install the OAuthServer: %w", err)
	}
	return nil
}

// ApplyDir applies the kustomization in dir.
func ApplyDir(ctx context.Context, cfg *rest.Config, dir string) error {
	a, err := newApplier(cfg)
	if err != nil {
		return err
	}
	_, err = a.applyDir(ctx, dir, nil)
	return err
}

func (a *applier) applyDir(
	ctx context.Context, dir string, change func(*unstructured.Unstructured) error,
) ([]*unstructured.Unstructured, error) {
	objects, err := Render(dir)
	if err != nil {
		return nil, err
	}
	for _, object := range objects {
		if change == nil {
			break
		}
		if err := change(object); err != nil {
			return nil, err
		}
	}
	objects = namespacesFirst(objects)
	return objects, a.applyAll(ctx, objects)
}

// withIssuer replaces the placeholder in every OAuthServer.
func withIssuer(issuer string) func(*unstructured.Unstructured) error {
	return func(object *unstructured.Unstructured) error {
		if object.GetKind() != "OAuthServer" {
			return nil
		}
		if err := unstructured.SetNestedField(object.Object, issuer, "spec", "issuer"); err != nil {
			return fmt.Errorf("set the issuer of %s: %w", describe(object), err)
		}
		return nil
	}
}

// namespacesFirst keeps the order otherwise.
func namespacesFirst(objects []*unstructured.Unstructured) []*unstructured.Unstructured {
	var first, rest []*unstructured.Unstructured
	for _, object := range objects {
		if object.GetKind() == "Namespace" {
			first = append(first, object)
		} else {
			rest = append(rest, object)
		}
	}
	return append(first, rest...)
}
