package connection

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/source"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/index"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

const (
	// syncTimeout is how long the controller waits until it has read all Connections, which must
	// not end the operator (controllers/registration).
	syncTimeout = 100 * 365 * 24 * time.Hour
	// openTime is after how long that is said in the log, each time.
	openTime = time.Minute
)

// finder finds objects by a value.
type finder[T client.Object] interface {
	// Of returns the objects with a value, which must not be changed.
	Of(value string) ([]T, error)
}

// opened has the Connections by the UID of their OAuthToken, nothing until all were read.
type opened struct {
	atomic.Pointer[finder[*sessionv1alpha1.Connection]]
}

// users finds OAuthUsers.
type users struct {
	byUID, byUsername, bySubject finder[*oauthv1alpha1.OAuthUser]
}

// SetupWithManager registers the controller. The cache of session objects is run by
// controllers/registration.
func (r *Reconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager) error {
	var uid, username, subject error
	kind := &oauthv1alpha1.OAuthUser{}
	r.users.byUID, uid = index.New(ctx, mgr.GetCache(), kind, "connection/uid", func(u *oauthv1alpha1.OAuthUser) string { return string(u.UID) })
	r.users.byUsername, username = index.New(ctx, mgr.GetCache(), kind, "connection/username", func(u *oauthv1alpha1.OAuthUser) string { return u.Spec.Username })
	r.users.bySubject, subject = index.New(ctx, mgr.GetCache(), kind, "connection/subject", (*oauthv1alpha1.OAuthUser).Subject)
	if err := errors.Join(uid, username, subject); err != nil {
		return err
	}
	if err := mgr.Add(manager.RunnableFunc(r.open)); err != nil {
		return err
	}
	return ctrl.NewControllerManagedBy(mgr).
		Named("connection").
		WatchesRawSource(source.Kind[client.Object](r.Sessions.Cached, &sessionv1alpha1.Connection{}, &handler.EnqueueRequestForObject{})).
		WithOptions(controller.Options{RateLimiter: reconcile.RateLimiter(), NewQueue: reconcile.FairQueue, CacheSyncTimeout: syncTimeout}).
		Complete(r.Trace.Reconciler("connection", r))
}

// open waits until all Connections were read. Their API server can be away, or not have the kind
// yet: OAuthTokens do not wait for that.
func (r *Reconciler) open(ctx context.Context) error {
	for ctx.Err() == nil {
		began := time.Now()
		err := r.tryOpen(ctx)
		if err == nil {
			break
		}
		log.FromContext(ctx).Info("The Connections cannot be read, so that no code that a person brings back is redeemed", "problem", err.Error())
		select {
		case <-time.After(openTime - time.Since(began)):
		case <-ctx.Done():
		}
	}
	return nil
}

func (r *Reconciler) tryOpen(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	informer, err := r.Sessions.Cached.GetInformer(limited, &sessionv1alpha1.Connection{})
	if err != nil {
		return fmt.Errorf("read connections: %w", err)
	}
	if !informer.HasSynced() {
		return errors.New("read connections: there is no answer")
	}
	var byToken finder[*sessionv1alpha1.Connection]
	byToken, err = index.New(limited, r.Sessions.Cached, &sessionv1alpha1.Connection{}, "connection/token",
		func(c *sessionv1alpha1.Connection) string { return c.Spec.TokenUID })
	if err != nil {
		return err
	}
	r.opened.Store(&byToken)
	return nil
}
