package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupVersion is the group and version of the kinds that the server writes.
var GroupVersion = schema.GroupVersion{Group: "session.grantor.dev", Version: "v1alpha1"}

// AddToScheme registers the kinds of this package with a scheme.
func AddToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&Grant{}, &GrantList{}, &Login{}, &LoginList{}, &Consent{}, &ConsentList{}, &Mark{}, &MarkList{}, &Approval{}, &ApprovalList{},
		&Registration{}, &RegistrationList{}, &Connection{}, &ConnectionList{}, &Enrollment{}, &EnrollmentList{})
	scheme.AddKnownTypes(GroupVersion, &Person{}, &PersonList{})
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
