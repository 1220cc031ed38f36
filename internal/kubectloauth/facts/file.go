package facts

import (
	"context"
	"fmt"
	"io"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/documents"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

// most is how many MiB of a file are read.
const most = 64

// Clients returns the OAuthClients of a file; other kinds are left out.
func Clients(stdin io.Reader, file, namespace string) ([]*oauthv1alpha1.OAuthClient, error) {
	objects, err := read(stdin, file, namespace, "OAuthClient", func() *oauthv1alpha1.OAuthClient { return &oauthv1alpha1.OAuthClient{} })
	for _, object := range objects {
		WithDefaults(object)
	}
	return objects, err
}

// Policies returns the OAuthClientPolicies of a file; other kinds are left out.
func Policies(stdin io.Reader, file, namespace string) ([]*oauthv1alpha1.OAuthClientPolicy, error) {
	return read(stdin, file, namespace, "OAuthClientPolicy", func() *oauthv1alpha1.OAuthClientPolicy { return &oauthv1alpha1.OAuthClientPolicy{} })
}

func read[T client.Object](stdin io.Reader, file, namespace, wanted string, empty func() T) ([]T, error) {
	inputs, err := documents.Files(stdin, []string{file}, most)
	if err != nil {
		return nil, err
	}
	var objects []T
	err = inputs[0].Each(func(document []byte) error {
		var kind metav1.TypeMeta
		if err := yaml.Unmarshal(document, &kind); err != nil {
			return documents.Unreadable(err)
		}
		if kind.GroupVersionKind() != oauthv1alpha1.GroupVersion.WithKind(wanted) {
			return nil
		}
		object := empty()
		if err := yaml.UnmarshalStrict(document, object); err != nil {
			return err
		}
		if object.GetName() == "" {
			return fmt.Errorf("the %s has no name", wanted)
		}
		if object.GetNamespace() == "" {
			object.SetNamespace(namespace)
		}
		objects = append(objects, object)
		return nil
	})
	if err == nil && len(objects) == 0 {
		err = fmt.Errorf("%s contains no %s of %s", inputs[0].Name, wanted, oauthv1alpha1.GroupVersion)
	}
	return objects, err
}

// WithDefaults fills in the one default of the schema that internal/clientspec relies on.
func WithDefaults(object *oauthv1alpha1.OAuthClient) {
	if len(object.Spec.GrantTypes) == 0 {
		object.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode, oauthv1alpha1.GrantRefreshToken}
	}
}

// Alive gives an object of a file the age and the status of the one in the cluster; one
// that is not there yet would be the youngest.
func Alive(ctx context.Context, c *cluster.Cluster, object *oauthv1alpha1.OAuthClient) error {
	current := &oauthv1alpha1.OAuthClient{}
	err := c.Get(ctx, client.ObjectKeyFromObject(object), current)
	object.Status = current.Status
	object.UID, object.CreationTimestamp = current.UID, current.CreationTimestamp
	if apierrors.IsNotFound(err) {
		// Later than any clock says.
		object.UID, object.CreationTimestamp = "new", metav1.NewTime(time.Now().AddDate(100, 0, 0))
		return nil
	}
	return wrap("read the OAuthClient of that name", err)
}
