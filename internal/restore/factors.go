package restore

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// enrollment is the kind of what has second factors.
var enrollment = sessionv1alpha1.GroupVersion.String() + "/Enrollment"

// factors says who signs in without the second factor that was needed in the old cluster: the
// names of Enrollments follow from UIDs that the new cluster does not have.
func (r *restorer) factors() {
	var servers []string
	for _, t := range r.taken {
		if t.object.GetKind() == "OAuthServer" && asks(t.object) {
			servers = append(servers, t.object.GetNamespace()+"/"+t.object.GetName())
		}
	}
	left := r.left[enrollment]
	delete(r.left, enrollment)
	if len(servers) == 0 && left == 0 {
		return
	}
	of := ""
	if len(servers) > 0 {
		slices.Sort(servers)
		of = " of OAuthServer " + strings.Join(servers, ", ")
	}
	r.notef("second factors and passwords that users set are not restored (%d Enrollments left out): for users%s the password alone is enough, that of passwordSecretRef counts again, and whoever signs in first with it adds a factor; set spec.disabled of those who must not do without, before others can reach the new cluster", left, of)
}

// asks reports whether users of an OAuthServer can have second factors.
func asks(server *unstructured.Unstructured) bool {
	mode, _, _ := unstructured.NestedString(server.Object, "spec", "login", "secondFactor")
	return mode != "" && mode != string(oauthv1alpha1.SecondFactorOff)
}
