package resources

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/resourcespec"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// Only what decides about resources makes the table anew.
func TestWhatChangesTheTable(t *testing.T) {
	object := func(change func(*oauthv1alpha1.OAuthResource)) *oauthv1alpha1.OAuthResource {
		r := &oauthv1alpha1.OAuthResource{ObjectMeta: metav1.ObjectMeta{UID: "1", Generation: 1}}
		change(r)
		return r
	}
	was := object(func(*oauthv1alpha1.OAuthResource) {})
	for name, test := range map[string]struct {
		change func(*oauthv1alpha1.OAuthResource)
		same   bool
	}{
		"labels":       {func(r *oauthv1alpha1.OAuthResource) { r.Labels = map[string]string{"a": "b"} }, true},
		"a status":     {func(r *oauthv1alpha1.OAuthResource) { r.Status.ObservedGeneration = 3 }, true},
		"a spec":       {func(r *oauthv1alpha1.OAuthResource) { r.Generation = 2 }, false},
		"another one":  {func(r *oauthv1alpha1.OAuthResource) { r.UID = "2" }, false},
		"its deletion": {func(r *oauthv1alpha1.OAuthResource) { r.DeletionTimestamp = &metav1.Time{Time: time.Unix(1, 0)} }, false},
	} {
		if same(was, object(test.change)) != test.same {
			t.Errorf("%s: %v", name, !test.same)
		}
	}
	if same(nil, was) || same(was, nil) {
		t.Error("a new or a deleted one changes nothing")
	}
}

// Discovery lists what asks for it, of each namespace a few.
func TestListed(t *testing.T) {
	v := newView(1)
	for i := range 2 * maxListed {
		for _, namespace := range []string{"a", "b"} {
			v.add(&resourcespec.Resource{Namespace: namespace, Name: fmt.Sprint(i), Identifier: fmt.Sprintf("https://%s.example/%d", namespace, i), Listed: namespace == "a" || i == 3})
		}
	}
	v.add(&resourcespec.Resource{Namespace: "c", Name: "c", Identifier: "c.name", Listed: true})
	v.sort()
	if len(v.published) != maxListed+1 || v.published[maxListed] != "https://b.example/3" {
		t.Errorf("it lists %s", v.published)
	}
}

// A digest in a code is never taken for another resource.
func TestCollisions(t *testing.T) {
	v, one := newView(1), &resourcespec.Resource{Identifier: "https://one.example"}
	v.add(one)
	digest := grants.DigestOf(consents.At(one.Identifier, ""))
	if v.byDigest[digest] != one {
		t.Fatal("a resource has no digest")
	}
	v.add(&resourcespec.Resource{Identifier: one.Identifier})
	if v.byDigest[digest] != nil {
		t.Error("one of two with the same digest wins")
	}
}
