package sweeper

import (
	"context"
	"errors"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthservers/status,verbs=patch

// publish writes the counts into the status of the servers for which they tell
// something new.
func (s *Sweeper) publish(ctx context.Context, servers []oauthv1alpha1.OAuthServer, counted counts) error {
	var errs []error
	for i := range servers {
		server := &servers[i]
		now := counted.status(server)
		if server.DeletionTimestamp != nil || !newer(server, now) {
			continue
		}
		if now != nil {
			at := metav1.NewTime(s.Now())
			now.CountedAt = &at
		}
		after := server.DeepCopy()
		after.Status.Sessions = now
		if err := s.Status.Status().Patch(ctx, after, client.MergeFrom(server)); client.IgnoreNotFound(err) != nil {
			errs = append(errs, fmt.Errorf("publish counts: %w", err))
		}
	}
	return errors.Join(errs...)
}

// newer reports whether counts tell enough beyond what the status of a server says:
// one has changed by more than a tenth, or a bound was reached or left. Nothing is
// written for less, so that a server that is used evenly is left alone.
func newer(server *oauthv1alpha1.OAuthServer, now *oauthv1alpha1.SessionsStatus) bool {
	was := server.Status.Sessions
	if was == nil || now == nil {
		return was != now
	}
	changed := func(was, now int64) bool { return 10*max(was-now, now-was) > was }
	same := func(a, b oauthv1alpha1.FullClient) bool { return a.UID == b.UID }
	limit := serverspec.Of(server).MaxGrants
	return changed(was.Grants, now.Grants) || changed(was.Logins, now.Logins) ||
		changed(was.Consents, now.Consents) || changed(was.Marks, now.Marks) ||
		(was.Grants >= limit) != (now.Grants >= limit) ||
		!slices.EqualFunc(byUID(was.FullClients), byUID(now.FullClients), same)
}

func byUID(full []oauthv1alpha1.FullClient) []oauthv1alpha1.FullClient {
	return slices.SortedFunc(slices.Values(full), func(a, b oauthv1alpha1.FullClient) int {
		if a.UID < b.UID {
			return -1
		}
		return 1
	})
}
