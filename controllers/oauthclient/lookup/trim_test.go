package lookup

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestTrim(t *testing.T) {
	c := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{
		Name: "app", Labels: map[string]string{"team": "a"}, Annotations: map[string]string{"note": "long"},
		ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "kubectl"}},
	}}
	c.Spec.Contacts, c.Spec.Scopes = []string{"ops@example.com"}, []oauthv1alpha1.Scope{"read"}
	kept, err := Trim()(c)
	if err != nil || kept != any(c) {
		t.Fatalf("kept is %v, %v", kept, err)
	}
	if c.ManagedFields != nil || c.Annotations != nil || c.Spec.Contacts != nil {
		t.Errorf("kept is %+v", c)
	}
	if c.Name != "app" || c.Labels["team"] != "a" || len(c.Spec.Scopes) != 1 {
		t.Errorf("lost is some of %+v", c)
	}
	if other, err := Trim()("tombstone"); err != nil || other != "tombstone" {
		t.Errorf("of another object %v, %v is kept", other, err)
	}
}
