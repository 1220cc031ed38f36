package copies

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/identity/local"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/resources"
	"github.com/grantor-dev/grantor/server/watch"
)

// +kubebuilder:rbac:groups="",resources=secrets,resourceNames=default-oauth-keys;default-oauth-passwords;default-oauth-providers,verbs=get;list;watch,namespace=grantor-system

// readInterval is how often to look whether the copies are read at the start.
const readInterval = 100 * time.Millisecond

// Options say what is copied and from where.
type Options struct {
	// Kube is how to reach the API server, Sessions the one that keeps the session objects.
	Kube, Sessions *rest.Config
	// Namespace and Name are those of the OAuthServer.
	Namespace, Name string
	// Now is the clock.
	Now func() time.Time
}

// Copies are the local copies of what the server reads on every request.
type Copies struct {
	Clients, Resources, Servers, Policies, Namespaces, Keys, Users, Passwords *watch.Copy
	// Providers are the OAuthIdentityProviders, ProviderSecrets what authenticates the server
	// at them.
	Providers, ProviderSecrets *watch.Copy
	// Approvals are those of devices. They are hints, so they make no replica wait.
	Approvals *watch.Copy
	// Sessions writes and reads session objects.
	Sessions rest.Interface
	// Reviews asks whose a token is.
	Reviews rest.Interface
	// OAuth reads objects that are not copied.
	OAuth rest.Interface

	namespace string
	now       func() time.Time
}

// New returns copies of nothing yet.
func New(c Options) (*Copies, error) {
	scheme := runtime.NewScheme()
	err := errors.Join(oauthv1alpha1.AddToScheme(scheme), sessionv1alpha1.AddToScheme(scheme), corev1.AddToScheme(scheme), authenticationv1.AddToScheme(scheme))
	if err != nil {
		return nil, fmt.Errorf("register kinds: %w", err)
	}
	kube, sessions := rest.CopyConfig(c.Kube), rest.CopyConfig(c.Sessions)
	// The API server's own fairness limits us; a limit here would only delay.
	kube.QPS, sessions.QPS = -1, -1
	oauth, err := watch.NewRESTClient(kube, scheme, oauthv1alpha1.GroupVersion)
	if err != nil {
		return nil, err
	}
	core, err := watch.NewRESTClient(kube, scheme, corev1.SchemeGroupVersion)
	if err != nil {
		return nil, err
	}
	meta, err := metadata.NewForConfig(kube)
	if err != nil {
		return nil, fmt.Errorf("client for metadata: %w", err)
	}
	out := &Copies{namespace: c.Namespace, now: c.Now, OAuth: oauth}
	if out.Sessions, err = watch.NewRESTClient(sessions, scheme, sessionv1alpha1.GroupVersion); err != nil {
		return nil, err
	}
	if out.Reviews, err = watch.NewRESTClient(kube, scheme, authenticationv1.SchemeGroupVersion); err != nil {
		return nil, err
	}
	objects := func(client rest.Interface, resource string, list func() runtime.Object) watch.Objects {
		return watch.Objects{Client: client, Scheme: scheme, Resource: resource, NewList: list}
	}
	secret := func(name string) watch.Objects {
		one := objects(core, "secrets", func() runtime.Object { return &corev1.SecretList{} })
		one.Namespace, one.Name = c.Namespace, name
		return one
	}
	everyClient := objects(oauth, "oauthclients", func() runtime.Object { return &oauthv1alpha1.OAuthClientList{} })
	everyServer := objects(oauth, "oauthservers", func() runtime.Object { return &oauthv1alpha1.OAuthServerList{} })
	everyNamespace := watch.Metadata{Client: meta, Resource: corev1.SchemeGroupVersion.WithResource("namespaces")}
	everyResource := objects(oauth, "oauthresources", func() runtime.Object { return &oauthv1alpha1.OAuthResourceList{} })
	users := objects(oauth, "oauthusers", func() runtime.Object { return &oauthv1alpha1.OAuthUserList{} })
	policies := objects(oauth, "oauthclientpolicies", func() runtime.Object { return &oauthv1alpha1.OAuthClientPolicyList{} })
	identityProviders := objects(oauth, "oauthidentityproviders", func() runtime.Object { return &oauthv1alpha1.OAuthIdentityProviderList{} })
	users.Namespace, policies.Namespace, identityProviders.Namespace = c.Namespace, c.Namespace, c.Namespace
	approvals := objects(out.Sessions, "approvals", func() runtime.Object { return &sessionv1alpha1.ApprovalList{} })
	approvals.Namespace = c.Namespace
	var errs [11]error
	out.Clients, errs[0] = watch.New("OAuthClients", everyClient, &oauthv1alpha1.OAuthClient{}, lookup.Indexers(), c.Now)
	out.Servers, errs[1] = watch.New("OAuthServers", everyServer, &oauthv1alpha1.OAuthServer{}, nil, c.Now)
	out.Namespaces, errs[2] = watch.New("Namespaces", everyNamespace, &metav1.PartialObjectMetadata{}, nil, c.Now)
	out.Keys, errs[3] = watch.New("the key Secret", secret(oauthv1alpha1.KeySecretName(c.Name)), &corev1.Secret{}, nil, c.Now)
	out.Users, errs[4] = watch.New("OAuthUsers", users, &oauthv1alpha1.OAuthUser{}, local.Indexers(), c.Now)
	out.Passwords, errs[5] = watch.New("the password Secret", secret(oauthv1alpha1.PasswordSecretName(c.Name)), &corev1.Secret{}, nil, c.Now)
	out.Policies, errs[6] = watch.New("OAuthClientPolicies", policies, &oauthv1alpha1.OAuthClientPolicy{}, nil, c.Now)
	out.Approvals, errs[7] = watch.New("Approvals", approvals, &sessionv1alpha1.Approval{}, nil, c.Now)
	out.Resources, errs[8] = watch.New("OAuthResources", everyResource, &oauthv1alpha1.OAuthResource{}, nil, c.Now)
	out.Providers, errs[9] = watch.New("OAuthIdentityProviders", identityProviders, &oauthv1alpha1.OAuthIdentityProvider{}, nil, c.Now)
	out.ProviderSecrets, errs[10] = watch.New("the provider Secret", secret(oauthv1alpha1.ProviderSecretName(c.Name)), &corev1.Secret{}, nil, c.Now)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	out.Clients.Trim(lookup.Trim)
	out.Resources.Trim(resources.Trim)
	out.Providers.Trim(providers.Trim)
	return out, nil
}

// All returns the copies without which the server cannot answer.
func (c *Copies) All() []*watch.Copy {
	return []*watch.Copy{c.Clients, c.Resources, c.Servers, c.Policies, c.Namespaces, c.Keys, c.Users, c.Passwords, c.Providers, c.ProviderSecrets}
}

// Run keeps the copies until ctx ends.
func (c *Copies) Run(ctx context.Context) {
	for _, copied := range c.All() {
		go copied.Run(ctx)
	}
	go c.Approvals.Run(ctx)
	go c.returnGarbage(ctx)
}

// returnGarbage gives back to the system, once, what reading the first lists took beyond
// what stays of them: Go does so only slowly, while a server that has just started may have
// the memory limit that fits one that has run for days.
func (c *Copies) returnGarbage(ctx context.Context) {
	ticker := time.NewTicker(readInterval)
	defer ticker.Stop()
	for c.Fresh() != nil {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
	debug.FreeOSMemory()
}

// Fresh returns an error while any copy is incomplete or too old to be trusted.
func (c *Copies) Fresh() error {
	now := c.now()
	for _, copied := range c.All() {
		if err := copied.FreshAt(now); err != nil {
			return err
		}
	}
	return nil
}
