package owners

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// A status from long ago deletes nothing in the first sweep of a process, nor soon after the
// provider was there.
func TestAbsent(t *testing.T) {
	server := oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "default"}}
	server.Status.Sessions = &oauthv1alpha1.SessionsStatus{FormerProviders: []oauthv1alpha1.FormerProvider{{Name: "corp", Since: metav1.NewTime(noon.AddDate(-1, 0, 0))}}}
	corp := oauthv1alpha1.OAuthIdentityProvider{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "corp"}}
	absent, now := Absent{}, noon
	for _, step := range []struct {
		after  time.Duration
		there  bool
		forget bool
	}{
		{0, false, false}, {59 * time.Minute, false, false}, {time.Minute, false, true}, {time.Hour, false, true},
		{time.Hour, true, false}, {time.Minute, false, false}, {2 * time.Hour, false, false}, {FormerKept - 2*time.Hour, false, true},
	} {
		now = now.Add(step.after)
		var providers []oauthv1alpha1.OAuthIdentityProvider
		if step.there {
			providers = append(providers, corp)
		}
		all := Of([]oauthv1alpha1.OAuthServer{server}, nil, nil, providers)
		absent.See(all, now)
		if got := all.Forget(Owner{Namespace: "system", Subject: "corp:1", Provider: "corp"}, now); got != step.forget {
			t.Errorf("%s after noon: %t", now.Sub(noon), got)
		}
	}
	server.Status.Sessions = nil
	if absent.See(Of([]oauthv1alpha1.OAuthServer{server}, nil, nil, nil), now); len(absent) != 0 {
		t.Errorf("%v is remembered", absent)
	}
}
