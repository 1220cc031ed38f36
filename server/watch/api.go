package watch

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
)

// NewRESTClient returns a client for one group and version.
func NewRESTClient(config *rest.Config, scheme *runtime.Scheme, gv schema.GroupVersion) (rest.Interface, error) {
	config = rest.CopyConfig(config)
	config.GroupVersion = &gv
	config.APIPath = "/apis"
	if gv.Group == "" {
		config.APIPath = "/api"
	}
	config.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	client, err := rest.RESTClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("client for %s: %w", gv, err)
	}
	return client, nil
}

// Objects is an API of whole objects.
type Objects struct {
	// Client reads from the API server.
	Client rest.Interface
	// Scheme knows the kinds.
	Scheme *runtime.Scheme
	// Resource is the plural name of the kind.
	Resource string
	// NewList returns an empty list of the kind.
	NewList func() runtime.Object
	// Namespace and Name restrict the copy to a namespace and to one object in it;
	// Name or both may be empty.
	Namespace, Name string
}

var _ API = Objects{}

// List implements API.
func (o Objects) List(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	list := o.NewList()
	err := o.request(options).Do(ctx).Into(list)
	return list, err
}

// Watch implements API.
func (o Objects) Watch(ctx context.Context, options metav1.ListOptions) (apiwatch.Interface, error) {
	options.Watch = true
	return o.request(options).Watch(ctx)
}

func (o Objects) request(options metav1.ListOptions) *rest.Request {
	if o.Name != "" {
		options.FieldSelector = fields.OneTermEqualSelector("metadata.name", o.Name).String()
	}
	return o.Client.Get().
		NamespaceIfScoped(o.Namespace, o.Namespace != "").
		Resource(o.Resource).
		VersionedParams(&options, runtime.NewParameterCodec(o.Scheme))
}

// Metadata is an API of the metadata of objects.
type Metadata struct {
	// Client reads from the API server.
	Client metadata.Interface
	// Resource is what to read.
	Resource schema.GroupVersionResource
}

var _ API = Metadata{}

// List implements API.
func (m Metadata) List(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	return m.Client.Resource(m.Resource).List(ctx, options)
}

// Watch implements API.
func (m Metadata) Watch(ctx context.Context, options metav1.ListOptions) (apiwatch.Interface, error) {
	return m.Client.Resource(m.Resource).Watch(ctx, options)
}
