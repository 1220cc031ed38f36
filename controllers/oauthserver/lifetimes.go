package oauthserver

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
)

const (
	// longestToken and longestGrant are the longest lifetimes that the schema allows, for
	// keys of which nobody wrote down what they made.
	longestToken, longestGrant = 24 * time.Hour, 87600 * time.Hour
	// defaultRefresh and defaultToken are the lifetimes of a server that was stored before
	// the fields were there.
	defaultRefresh, defaultToken = 720 * time.Hour, 15 * time.Minute
	// young is the age below which a key that no status names has made nothing yet that
	// the present settings do not explain.
	young = time.Minute
)

// longest is how long at most what is made with the keys of a use lives, as things are
// set at present.
type longest struct{ signing, root time.Duration }

func (l longest) of(use oauthv1alpha1.KeyUse) time.Duration {
	if use == oauthv1alpha1.KeyUseSigning {
		return l.signing
	}
	return l.root
}

// with returns the longest lifetimes if there is a client as well.
func (l longest) with(tokens oauthv1alpha1.ClientTokens) longest {
	for _, lifetime := range []*metav1.Duration{tokens.AccessToken.Lifetime, tokens.IDToken.Lifetime} {
		if lifetime != nil {
			l.signing = max(l.signing, lifetime.Duration)
		}
	}
	if lifetime := tokens.RefreshToken.Lifetime; lifetime != nil {
		l.root = max(l.root, lifetime.Duration)
	}
	return l
}

// longestOf returns the longest lifetimes that a server gives to clients that say
// nothing else. Policies only shorten them.
func longestOf(server *oauthv1alpha1.OAuthServer) longest {
	tokens := server.Spec.Tokens
	l := longest{root: max(keyring.ConsentLifetime, defaultRefresh)}.with(oauthv1alpha1.ClientTokens{
		AccessToken: tokens.AccessToken, RefreshToken: tokens.RefreshToken.RefreshTokenSettings,
		IDToken: tokens.IDToken,
	})
	if tokens.AccessToken.Lifetime == nil || tokens.IDToken.Lifetime == nil {
		l.signing = max(l.signing, defaultToken)
	}
	return l
}

// clientsOf calls visit for each client that the operator has bound to a server.
func (r *Reconciler) clientsOf(ctx context.Context, server *oauthv1alpha1.OAuthServer, visit func(*oauthv1alpha1.OAuthClient)) error {
	list := &oauthv1alpha1.OAuthClientList{}
	if err := r.Client.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("list clients: %w", err)
	}
	for i := range list.Items {
		if bound := list.Items[i].Status.ServerRef; bound != nil && bound.Namespace == server.Namespace && bound.Name == server.Name {
			visit(&list.Items[i])
		}
	}
	return nil
}

// lifetimes returns for each key how long at most what it made lives, which the status
// remembers: the longest that was set while a signing key signed, and while there was a
// root key at all, because a Grant lives on with the one that it began with.
func lifetimes(ring keyring.Ring, named []oauthv1alpha1.KeyStatus, now longest, at time.Time) map[string]time.Duration {
	known := map[string]oauthv1alpha1.KeyStatus{}
	for _, key := range named {
		known[key.ID] = key
	}
	out := map[string]time.Duration{}
	for _, key := range ring.Keys() {
		if key.Use != oauthv1alpha1.KeyUseSigning && key.Use != oauthv1alpha1.KeyUseRoot {
			continue
		}
		status, isNamed := known[key.ID]
		switch {
		case status.LongestLifetime != nil && key.Use == oauthv1alpha1.KeyUseSigning && superseded(ring, key, at):
			out[key.ID] = status.LongestLifetime.Duration
		case status.LongestLifetime != nil:
			out[key.ID] = max(status.LongestLifetime.Duration, now.of(key.Use))
		case key.Staged || !isNamed && at.Sub(key.CreatedAt) < young:
			out[key.ID] = now.of(key.Use)
		default:
			out[key.ID] = longest{longestToken, longestGrant}.of(key.Use)
		}
	}
	return out
}

// superseded reports whether nothing is made with a key any more, not even by a replica
// that is behind.
func superseded(ring keyring.Ring, key keyring.Key, now time.Time) bool {
	for _, other := range ring.Keys() {
		if other.Kind() == key.Kind() && !other.Staged && other.Since().After(key.Since()) && !now.Before(other.Since().Add(slack)) {
			return true
		}
	}
	return false
}

// serverOfLifetimes maps a client to its server if the client has things live longer than
// the server's status says.
func (r *Reconciler) serverOfLifetimes(ctx context.Context, object client.Object) []ctrl.Request {
	c, ok := object.(*oauthv1alpha1.OAuthClient)
	if !ok || c.Status.ServerRef == nil {
		return nil
	}
	own := longest{}.with(c.Spec.Tokens)
	if own == (longest{}) {
		return nil
	}
	name := client.ObjectKey{Namespace: c.Status.ServerRef.Namespace, Name: c.Status.ServerRef.Name}
	server := &oauthv1alpha1.OAuthServer{}
	if r.Client.Get(ctx, name, server) != nil {
		return nil
	}
	for _, key := range server.Status.Keys {
		grows := key.RetireAt == nil || key.Use == oauthv1alpha1.KeyUseRoot
		if grows && key.LongestLifetime != nil && own.of(key.Use) > key.LongestLifetime.Duration {
			return []ctrl.Request{{NamespacedName: name}}
		}
	}
	return nil
}
