package create

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
	"github.com/grantor-dev/grantor/internal/kubectloauth/facts"
)

// manifest is an OAuthClient with what is to be said of it.
type manifest struct {
	object *oauthv1alpha1.OAuthClient
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
		found, err := c.fromWorkload(ctx, in, spec, m)
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
		spec.Authentication.Method = oauthv1alpha1.AuthenticationPrivateKeyJWT
		spec.Authentication.ServiceAccounts = []oauthv1alpha1.ServiceAccountReference{{Name: account}}
	}
	return object, nil
}

// fromWorkload adds the redirect URIs of a workload and returns its ServiceAccount.
func (c *command) fromWorkload(ctx context.Context, in *cluster.Cluster, spec *oauthv1alpha1.OAuthClientSpec, m *manifest) (account string, err error) {
	pods, err := template(ctx, in, c.workload)
	if err != nil {
		return "", err
	}
	if c.interactive() && c.redirectPath != "" {
		spec.RedirectURIsFrom, err = sources(ctx, in, pods, c.redirectPath)
		if err != nil {
			return "", err
		}
		if len(spec.RedirectURIsFrom) == 0 && len(c.redirects) == 0 {
			return "", fmt.Errorf("no Ingress and no HTTPRoute of namespace %q with a host leads to %s: name a redirect URI with --redirect", in.Namespace, c.workload)
		}
	}
	account = pods.Spec.ServiceAccountName
	if account == "" {
		account = "default"
	}
	if account == "default" && !c.public && !c.interactive() {
		m.notef("ServiceAccount default is that of all pods of the namespace that name none: each of them can be this client.")
	}
	return account, nil
}

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

// schema asks the API server.
func (m *manifest) schema(ctx context.Context, in *cluster.Cluster) error {
	err := in.Create(ctx, m.object.DeepCopy(), client.DryRunAll)
	switch {
	case err == nil || apierrors.IsAlreadyExists(err):
		return nil
	case apierrors.IsInvalid(err) || apierrors.IsBadRequest(err):
		return fmt.Errorf("the API server would refuse it: %w", err)
	}
	m.notef("Not checked against the schema: %s", err)
	return nil
}

// rules asks those of the operator and the server.
func (m *manifest) rules(ctx context.Context, in *cluster.Cluster) error {
	object := m.object.DeepCopy()
	facts.WithDefaults(object)
	if object.Spec.Authentication.Method == "" {
		object.Spec.Authentication.Method = oauthv1alpha1.AuthenticationBasic
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

func (m *manifest) apply(ctx context.Context, in *cluster.Cluster) error {
	fields, err := m.fields()
	if err != nil {
		return err
	}
	object := client.ApplyConfigurationFromUnstructured(&unstructured.Unstructured{Object: fields})
	if err := in.Apply(ctx, object, client.FieldOwner(cluster.FieldManager)); err != nil {
		return fmt.Errorf("apply OAuthClient %s/%s: %w", m.object.Namespace, m.object.Name, err)
	}
	return nil
}
