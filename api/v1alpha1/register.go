package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupVersion is the group and version of the kinds that people write.
var GroupVersion = schema.GroupVersion{Group: "oauth.grantor.dev", Version: "v1alpha1"}

// AddToScheme registers the kinds of this package with a scheme.
func AddToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&OAuthClient{}, &OAuthClientList{},
		&OAuthClientPolicy{}, &OAuthClientPolicyList{},
		&OAuthIdentityProvider{}, &OAuthIdentityProviderList{},
		&OAuthResource{}, &OAuthResourceList{},
		&OAuthServer{}, &OAuthServerList{},
		&OAuthToken{}, &OAuthTokenList{},
		&OAuthUser{}, &OAuthUserList{},
	)
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
