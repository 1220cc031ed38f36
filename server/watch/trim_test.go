package watch

import (
	"maps"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// A copy has no annotations but those that are read.
func TestAnnotationsThatStay(t *testing.T) {
	c := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{ManagedFields: []metav1.ManagedFieldsEntry{{}}, Annotations: map[string]string{
		"kubectl.kubernetes.io/last-applied-configuration": "{}", oauthv1alpha1.AnnotationRegistrant: "ci.registrar", oauthv1alpha1.AnnotationRegistration: "r",
	}}}
	trimMetadata(c)
	if want := map[string]string{oauthv1alpha1.AnnotationRegistrant: "ci.registrar", oauthv1alpha1.AnnotationRegistration: "r"}; !maps.Equal(c.Annotations, want) || c.ManagedFields != nil {
		t.Errorf("the copy has %v", c.Annotations)
	}
	other := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{"a": "b"}}}
	if trimMetadata(other); other.Annotations != nil {
		t.Errorf("the copy has %v", other.Annotations)
	}
	trimMetadata("what is no object")
}
