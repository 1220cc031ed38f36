package state

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// key is that of the state in the data of its Secret.
const key = "state"

// Of returns the state that a Secret holds. One without a state holds the zero state.
func Of(secret *corev1.Secret) (State, error) {
	if len(secret.Data[key]) == 0 {
		return State{}, nil
	}
	return Decode(secret.Data[key])
}

// Owned reports whether a Secret belongs to an OAuthToken.
func Owned(secret *corev1.Secret, token *oauthv1alpha1.OAuthToken) bool {
	owner := metav1.GetControllerOf(secret)
	return owner != nil && owner.UID == token.UID && secret.Labels[oauthv1alpha1.LabelTokenUID] == string(token.UID)
}

// Own marks a Secret as that of an OAuthToken, with which it is deleted.
func Own(secret *corev1.Secret, token *oauthv1alpha1.OAuthToken) {
	metav1.SetMetaDataLabel(&secret.ObjectMeta, oauthv1alpha1.LabelPartOf, oauthv1alpha1.PartOfToken)
	metav1.SetMetaDataLabel(&secret.ObjectMeta, oauthv1alpha1.LabelTokenUID, string(token.UID))
	var others []metav1.OwnerReference
	for _, owner := range secret.OwnerReferences {
		if owner.UID != token.UID {
			others = append(others, owner)
		}
	}
	controller := true
	secret.OwnerReferences = append(others, metav1.OwnerReference{
		APIVersion: oauthv1alpha1.GroupVersion.String(), Kind: "OAuthToken", Name: token.Name, UID: token.UID, Controller: &controller,
	})
}

// Secret returns the Secret that is to hold a state: the present one, changed, or a new one
// where that is nil.
func Secret(token *oauthv1alpha1.OAuthToken, present *corev1.Secret, s State) (*corev1.Secret, error) {
	data, err := Encode(s)
	if err != nil {
		return nil, err
	}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: token.Namespace, Name: token.StateSecretName()}, Type: corev1.SecretTypeOpaque}
	if present != nil {
		secret = present.DeepCopy()
	}
	Own(secret, token)
	secret.Data = map[string][]byte{key: data}
	return secret, nil
}
