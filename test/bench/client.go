package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/url"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// credential is a client as its application knows it.
type credential struct {
	key             client.ObjectKey
	id, secret, uid string
}

// basic returns the credentials of a Basic header.
func (c *credential) basic() string {
	return base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(c.id) + ":" + url.QueryEscape(c.secret)))
}

// createClient creates an OAuthClient of a service and returns it when it is ready.
func (b *bench) createClient(ctx context.Context, name string, format oauthv1alpha1.AccessTokenFormat) (*credential, error) {
	return b.create(ctx, installation.Service("default", name, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Tokens.AccessToken.Format = format }))
}

// create creates an OAuthClient and returns it when it is ready.
func (b *bench) create(ctx context.Context, c *oauthv1alpha1.OAuthClient) (*credential, error) {
	if err := b.Admin.Create(ctx, c); err != nil {
		return nil, fmt.Errorf("create OAuthClient %s: %w", c.Name, err)
	}
	err := wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		err := b.Admin.Get(ctx, client.ObjectKeyFromObject(c), c)
		return ready(c), err
	})
	if err != nil {
		return nil, fmt.Errorf("wait until OAuthClient %s is ready: %w", c.Name, err)
	}
	return b.credentialOf(ctx, c)
}

// credentialOf reads the Secret of a client that is ready.
func (b *bench) credentialOf(ctx context.Context, c *oauthv1alpha1.OAuthClient) (*credential, error) {
	secret := &corev1.Secret{}
	if err := b.Admin.Get(ctx, client.ObjectKey{Namespace: c.Namespace, Name: c.ClientSecretName()}, secret); err != nil {
		return nil, fmt.Errorf("get the Secret of OAuthClient %s: %w", c.Name, err)
	}
	return &credential{
		key: client.ObjectKeyFromObject(c), id: c.ClientID(), secret: string(secret.Data["client_secret"]), uid: string(c.UID),
	}, nil
}

func ready(c *oauthv1alpha1.OAuthClient) bool {
	return meta.IsStatusConditionTrue(c.Status.Conditions, oauthv1alpha1.ConditionReady) && c.Status.ObservedGeneration == c.Generation
}
