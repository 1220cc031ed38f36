package devenv

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	discoveryapply "k8s.io/client-go/applyconfigurations/discovery/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Announce makes exactly these replicas of the OAuthServer default in grantor-system, by
// their URLs for metrics, the endpoints of its Service, as a cluster does with pods.
func Announce(ctx context.Context, cfg *rest.Config, metricsURLs ...string) error {
	return AnnounceOf(ctx, cfg, SystemNamespace, ServerName, metricsURLs...)
}

// AnnounceOf does the same for any OAuthServer. An EndpointSlice cannot hold a loopback
// address, so the replicas have names below localhost.
func AnnounceOf(ctx context.Context, cfg *rest.Config, namespace, server string, metricsURLs ...string) error {
	quiet := rest.CopyConfig(cfg)
	// Each write is answered with a warning that such names are no addresses.
	quiet.WarningHandler = rest.NoWarnings{}
	client, err := kubernetes.NewForConfig(quiet)
	if err != nil {
		return fmt.Errorf("make a client: %w", err)
	}
	slices := client.DiscoveryV1().EndpointSlices(namespace)
	service := oauthv1alpha1.ServiceName(server)
	marks := labels.Set{discoveryv1.LabelServiceName: service, oauthv1alpha1.LabelPartOf: oauthv1alpha1.PartOfServer}
	former, err := slices.List(ctx, metav1.ListOptions{LabelSelector: marks.String()})
	if err != nil {
		return fmt.Errorf("list replicas: %w", err)
	}
	gone := map[string]bool{}
	for _, slice := range former.Items {
		gone[slice.Name] = true
	}
	for i, at := range metricsURLs {
		slice, err := replica(namespace, fmt.Sprintf("%s-%d", service, i), at)
		if err != nil {
			return err
		}
		slice.WithLabels(marks)
		delete(gone, *slice.Name)
		if _, err := slices.Apply(ctx, slice, metav1.ApplyOptions{FieldManager: FieldManager, Force: true}); err != nil {
			return fmt.Errorf("announce a replica: %w", err)
		}
	}
	for name := range gone {
		if err := slices.Delete(ctx, name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("withdraw a replica: %w", err)
		}
	}
	return nil
}

func replica(namespace, name, metricsURL string) (*discoveryapply.EndpointSliceApplyConfiguration, error) {
	at, err := url.Parse(metricsURL)
	if err != nil {
		return nil, fmt.Errorf("announce a replica: %w", err)
	}
	port, err := strconv.ParseInt(at.Port(), 10, 32)
	if err != nil {
		return nil, fmt.Errorf("announce a replica: %w", err)
	}
	return discoveryapply.EndpointSlice(name, namespace).
		WithAddressType(discoveryv1.AddressTypeFQDN).
		WithPorts(discoveryapply.EndpointPort().WithName(oauthv1alpha1.InternalPortName).WithPort(int32(port))).
		WithEndpoints(discoveryapply.Endpoint().WithAddresses(name + ".localhost")), nil
}
