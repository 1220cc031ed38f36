package resources

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// within is how long a change may take from the API server to every replica.
const within = 10 * time.Second

// resource creates an OAuthResource.
func resource(t testing.TB, namespace, name, identifier string, change ...func(*oauthv1alpha1.OAuthResourceSpec)) *oauthv1alpha1.OAuthResource {
	t.Helper()
	r := &oauthv1alpha1.OAuthResource{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: oauthv1alpha1.OAuthResourceSpec{
			Identifier: oauthv1alpha1.ResourceIdentifier(identifier), DisplayName: "Tickets",
			Scopes: []oauthv1alpha1.ResourceScope{
				{Name: "tickets.read", Description: "Read tickets"}, {Name: "tickets.write", Description: "Change tickets"},
			},
		},
	}
	for _, f := range change {
		f(&r.Spec)
	}
	create(t, r)
	return r
}

// becomes waits until Accepted of a resource has a reason.
func becomes(t testing.TB, r *oauthv1alpha1.OAuthResource, reason string) *oauthv1alpha1.OAuthResource {
	t.Helper()
	g, current := shared.Grantor(t), &oauthv1alpha1.OAuthResource{}
	installation.Eventually(t, time.Minute, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(r), current); err != nil {
			t.Fatal(err)
		}
		accepted := meta.FindStatusCondition(current.Status.Conditions, oauthv1alpha1.ConditionAccepted)
		return accepted != nil && accepted.Reason == reason && accepted.ObservedGeneration == current.Generation
	}, func() string {
		return fmt.Sprintf("%s/%s to be %s; it has %+v", r.Namespace, r.Name, reason, current.Status.Conditions)
	})
	return current
}

// everywhere waits until each replica knows the resource or does not.
func everywhere(t testing.TB, r *oauthv1alpha1.OAuthResource, known bool) {
	t.Helper()
	wanted := http.StatusNotFound
	if known {
		wanted = http.StatusOK
	}
	for _, server := range shared.Grantor(t).Servers {
		installation.Eventually(t, within, func() bool {
			return get(t, server.Options().URL+"/resources/"+r.Namespace+"/"+r.Name, "").Status == wanted
		}, func() string { return fmt.Sprintf("replica to answer %d for %s/%s", wanted, r.Namespace, r.Name) })
	}
}

// accepted waits until all replicas have a resource.
func accepted(t testing.TB, r *oauthv1alpha1.OAuthResource) *oauthv1alpha1.OAuthResource {
	t.Helper()
	r = becomes(t, r, oauthv1alpha1.ReasonAccepted)
	everywhere(t, r, true)
	return r
}

// refused waits until a resource is refused, and no replica has it.
func refused(t testing.TB, r *oauthv1alpha1.OAuthResource, reason string) {
	t.Helper()
	r = becomes(t, r, reason)
	everywhere(t, r, false)
	if r.Status.MetadataURL+r.Status.Challenge != "" || !meta.IsStatusConditionFalse(r.Status.Conditions, oauthv1alpha1.ConditionReady) {
		t.Errorf("the status of a refused resource is %+v", r.Status)
	}
}

// get reads an address, as if at a host.
func get(t testing.TB, to, host string) installation.Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	return installation.Do(t, request)
}

// allow creates a policy that allows a namespace some hosts.
func allow(t testing.TB, namespace string, hosts ...oauthv1alpha1.HostPattern) *oauthv1alpha1.OAuthClientPolicy {
	t.Helper()
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: namespace}}
	policy.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": namespace}
	policy.Spec.ResourceHosts = hosts
	create(t, policy)
	return policy
}

func create(t testing.TB, object client.Object) {
	t.Helper()
	if err := shared.Grantor(t).Admin.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

func remove(t testing.TB, object client.Object) {
	t.Helper()
	if err := shared.Grantor(t).Admin.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

// edit changes an object as a user would.
func edit[T client.Object](t testing.TB, object T, change func(T)) {
	t.Helper()
	installation.Edit(t, shared.Grantor(t).Admin, object, change)
}

func texts(values any) []string {
	list, _ := values.([]any)
	var out []string
	for _, value := range list {
		text, _ := value.(string)
		out = append(out, text)
	}
	return out
}

// says checks the members of an introspection.
func says(t testing.TB, answer installation.Answer, scope string, audiences ...string) {
	t.Helper()
	if answer.JSON["active"] != true || answer.JSON["scope"] != scope || !slices.Equal(texts(answer.JSON["aud"]), audiences) {
		t.Errorf("introspection answers %s, not scope %q for %s", answer.Body, scope, strings.Join(audiences, " "))
	}
}
