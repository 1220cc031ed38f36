package create

import (
	"context"
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

// manifest is an OAuthClient with what is to be said of it.
type manifest struct {
	object *oauthv1alpha1.OAuthClient
	// stored is what the API server would make of it; nil if it was not asked.
	stored *oauthv1alpha1.OAuthClient
	notes  []string
}

func (m *manifest) notef(format string, args ...any) {
	m.notes = append(m.notes, fmt.Sprintf(format, args...))
}

// build makes the object. in is nil if there is no cluster.
func (c *command) build(ctx context.Context, in *cluster.Cluster, name string, m *manifest) (*oauthv1alpha1.OAuthClient, error) {
	object := &oauthv1alpha1.OAuthClient{}
	object.SetGroupVersionKind(oauthv1alpha1.GroupVersion.WithKind("OAuthClient"))
	object.Name, object.Namespace = name, c.cluster.Namespace()
	spec := &object.Spec
	spec.DisplayName = c.displayName
	if c.serverRef != "" {
		namespace, server, both := strings.Cut(c.serverRef, "/")
		if !both {
			namespace, server = "", namespace
		}
		spec.ServerRef = &oauthv1alpha1.ServerReference{Namespace: namespace, Name: server}
	}
	for _, grant := range c.grants {
		spec.GrantTypes = append(spec.GrantTypes, oauthv1alpha1.GrantType(grant))
	}
	for _, scope := range c.scopes {
		spec.Scopes = append(spec.Scopes, oauthv1alpha1.Scope(scope))
	}
	if len(c.scopes) == 0 && c.interactive() {
		spec.Scopes = []oauthv1alpha1.Scope{"openid"}
	}
	for _, uri := range c.redirects {
		spec.RedirectURIs = append(spec.RedirectURIs, oauthv1alpha1.RedirectURI(uri))
	}
	account := c.serviceAccount
	if c.workload != "" {
		found, err := c.fromWorkload(ctx, in, spec)
		if err != nil {
			return nil, err
		}
		if account == "" && !c.interactive() {
			account = found
		}
	}
	switch {
	case c.public:
		spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
	case account != "":
		if account == "default" {
			m.notef("ServiceAccount default is that of all pods of the namespace that name none: each of them can be this client.")
		}
		spec.Authentication.Method = oauthv1alpha1.AuthenticationPrivateKeyJWT
		spec.Authentication.ServiceAccounts = []oauthv1alpha1.ServiceAccountReference{{Name: account}}
	}
	return object, nil
}

// fields are those of the object that say something.
func (m *manifest) fields() (map[string]any, error) {
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(m.object)
	if err != nil {
		return nil, fmt.Errorf("make the manifest: %w", err)
	}
	delete(fields, "status")
	unstructured.RemoveNestedField(fields, "metadata", "creationTimestamp")
	return fields, nil
}

// write prints the manifest below what is to be said of it.
func (m *manifest) write(w io.Writer) error {
	fields, err := m.fields()
	if err != nil {
		return err
	}
	for _, note := range m.notes {
		if _, err := fmt.Fprintln(w, "# "+cli.Plain(note)); err != nil {
			return err
		}
	}
	return cli.YAML(w, fields)
}

// apply applies the manifest, after what is to be said of it. A client that is there is only
// changed to overwrite it: it would keep what others set, and lose what is left out here.
func (m *manifest) apply(ctx context.Context, in *cluster.Cluster, stderr io.Writer, overwrite bool) error {
	name := fmt.Sprintf("OAuthClient %s/%s", m.object.Namespace, m.object.Name)
	switch err := in.Get(ctx, client.ObjectKeyFromObject(m.object), &oauthv1alpha1.OAuthClient{}); {
	case err == nil && !overwrite:
		return fmt.Errorf("%s is there already: choose another name, or change it with --overwrite", name)
	case client.IgnoreNotFound(err) != nil:
		return fmt.Errorf("read %s: %w", name, err)
	}
	for _, note := range m.notes {
		if _, err := fmt.Fprintln(stderr, cli.Plain(note)); err != nil {
			return err
		}
	}
	fields, err := m.fields()
	if err != nil {
		return err
	}
	object := client.ApplyConfigurationFromUnstructured(&unstructured.Unstructured{Object: fields})
	if err := in.Apply(ctx, object, client.FieldOwner(cluster.FieldManager)); err != nil {
		return fmt.Errorf("apply %s: %w", name, err)
	}
	return nil
}
