package controllers

import (
	"context"

	"k8s.io/client-go/util/keyutil"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/controller/certificates/rootcacertpublisher"
	"k8s.io/kubernetes/pkg/controller/clusterroleaggregation"
	"k8s.io/kubernetes/pkg/controller/serviceaccount"
	tokens "k8s.io/kubernetes/pkg/serviceaccount"
)

func serviceAccounts(ctx context.Context, s *shared) (run, error) {
	controller, err := serviceaccount.NewServiceAccountsController(
		klog.FromContext(ctx),
		s.typed.Core().V1().ServiceAccounts(),
		s.typed.Core().V1().Namespaces(),
		s.client,
		serviceaccount.DefaultServiceAccountsControllerOptions(),
	)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) { controller.Run(ctx, workers) }, nil
}

func serviceAccountTokens(ctx context.Context, s *shared) (run, error) {
	key, err := keyutil.PrivateKeyFromFile(s.ServiceAccountsKey)
	if err != nil {
		return nil, err
	}
	generator, err := tokens.JWTTokenGenerator(tokens.LegacyIssuer, key)
	if err != nil {
		return nil, err
	}
	controller, err := serviceaccount.NewTokensController(
		klog.FromContext(ctx),
		s.typed.Core().V1().ServiceAccounts(),
		s.typed.Core().V1().Secrets(),
		s.client,
		serviceaccount.TokensControllerOptions{TokenGenerator: generator, RootCA: s.CA},
	)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) { controller.Run(ctx, workers) }, nil
}

func rootCA(_ context.Context, s *shared) (run, error) {
	controller, err := rootcacertpublisher.NewPublisher(
		s.typed.Core().V1().ConfigMaps(),
		s.typed.Core().V1().Namespaces(),
		s.client,
		s.CA,
	)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) { controller.Run(ctx, workers) }, nil
}

func clusterRoleAggregation(_ context.Context, s *shared) (run, error) {
	controller := clusterroleaggregation.NewClusterRoleAggregation(
		s.typed.Rbac().V1().ClusterRoles(), s.client.RbacV1(),
	)
	return func(ctx context.Context) { controller.Run(ctx, workers) }, nil
}
