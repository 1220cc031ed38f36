package sweeper

import (
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

const (
	// formerKept is how long what users of an OAuthIdentityProvider have is kept after it was
	// deleted, which can have been a mistake: second factors cannot be made again.
	formerKept = 30 * 24 * time.Hour
	// maxFormer bounds how many are remembered; the others are remembered once there is room.
	maxFormer = 64
)

// remember takes over since when providers have not existed, from the status of a server. Where
// two servers of a namespace disagree, the later time counts.
func (e *existing) remember(server *oauthv1alpha1.OAuthServer) {
	if server.Status.Sessions == nil {
		return
	}
	for _, p := range server.Status.Sessions.FormerProviders {
		whose := inNamespace{server.Namespace, p.Name}
		if p.Since.After(e.former[whose]) {
			e.former[whose] = p.Since.Time
		}
	}
}

// lacksProvider reports whether the OAuthIdentityProvider of the user of an object is not there.
func (e *existing) lacksProvider(r record) bool {
	return r.provider != "" && !e.providers[inNamespace{r.namespace, r.provider}]
}

// forgets reports whether it has not been there for so long that the object goes.
func (e *existing) forgets(r record, now time.Time) bool {
	since, known := e.former[inNamespace{r.namespace, r.provider}]
	_, served := e.served[r.namespace]
	return served && known && e.lacksProvider(r) && now.After(since.Add(formerKept))
}

// former returns the providers of a server that are not there, each with the time since when
// that has been known.
func former(server *oauthv1alpha1.OAuthServer, missing map[inNamespace]bool, now time.Time) []oauthv1alpha1.FormerProvider {
	var was, out []oauthv1alpha1.FormerProvider
	if server.Status.Sessions != nil {
		was = server.Status.Sessions.FormerProviders
	}
	known := map[string]bool{}
	for _, p := range was {
		if missing[inNamespace{server.Namespace, p.Name}] {
			out, known[p.Name] = append(out, p), true
		}
	}
	var fresh []oauthv1alpha1.FormerProvider
	for whose := range missing {
		if whose.namespace == server.Namespace && !known[whose.value] {
			fresh = append(fresh, oauthv1alpha1.FormerProvider{Name: whose.value, Since: metav1.NewTime(now)})
		}
	}
	slices.SortFunc(fresh, func(a, b oauthv1alpha1.FormerProvider) int { return strings.Compare(a.Name, b.Name) })
	out = append(out, fresh...)
	return out[:min(len(out), maxFormer)]
}

func sameFormer(a, b oauthv1alpha1.FormerProvider) bool {
	return a.Name == b.Name && a.Since.Equal(&b.Since)
}
