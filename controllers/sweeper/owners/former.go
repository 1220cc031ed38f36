package owners

import (
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

const (
	// FormerKept is how long what users of an OAuthIdentityProvider have is kept after it was
	// deleted, which can have been a mistake: second factors cannot be made again.
	FormerKept = 30 * 24 * time.Hour
	// maxFormer bounds how many are remembered; the others are remembered once there is room.
	maxFormer = 64
)

// remember takes over since when providers have not existed, from the status of a server. Where
// two servers of a namespace disagree, the later time counts.
func (all *Owners) remember(server *oauthv1alpha1.OAuthServer) {
	if server.Status.Sessions == nil {
		return
	}
	for _, p := range server.Status.Sessions.FormerProviders {
		whose := inNamespace{server.Namespace, p.Name}
		if p.Since.After(all.former[whose]) {
			all.former[whose] = p.Since.Time
		}
	}
}

// LackProvider reports whether the OAuthIdentityProvider of the user of an object is not there.
func (all *Owners) LackProvider(o Owner) bool {
	return o.Provider != "" && !all.providers[inNamespace{o.Namespace, o.Provider}]
}

// Forget reports whether it has not been there for so long that the object goes.
func (all *Owners) Forget(o Owner, now time.Time) bool {
	whose := inNamespace{o.Namespace, o.Provider}
	since, known := all.former[whose]
	_, served := all.Bounds[o.Namespace]
	return served && known && all.LackProvider(o) && now.After(since.Add(FormerKept)) && all.absent.sure(whose, now)
}

// Missing are the providers of users that were not found.
type Missing map[inNamespace]bool

// Add adds the provider of the user of an object.
func (m Missing) Add(o Owner) { m[inNamespace{o.Namespace, o.Provider}] = true }

// Former returns the providers of a server that are not there, each with the time since when
// that has been known.
func (m Missing) Former(server *oauthv1alpha1.OAuthServer, now time.Time) []oauthv1alpha1.FormerProvider {
	var was, out []oauthv1alpha1.FormerProvider
	if server.Status.Sessions != nil {
		was = server.Status.Sessions.FormerProviders
	}
	known := map[string]bool{}
	for _, p := range was {
		if m[inNamespace{server.Namespace, p.Name}] {
			out, known[p.Name] = append(out, p), true
		}
	}
	var fresh []oauthv1alpha1.FormerProvider
	for whose := range m {
		if whose.namespace == server.Namespace && !known[whose.value] {
			fresh = append(fresh, oauthv1alpha1.FormerProvider{Name: whose.value, Since: metav1.NewTime(now)})
		}
	}
	slices.SortFunc(fresh, func(a, b oauthv1alpha1.FormerProvider) int { return strings.Compare(a.Name, b.Name) })
	out = append(out, fresh...)
	return out[:min(len(out), maxFormer)]
}
