package clients

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// A client that does not authenticate exchanges nothing, whatever its object said before the
// schema had a rule about it.
func TestMayExchange(t *testing.T) {
	const grant = string(oauthv1alpha1.GrantTokenExchange)
	for method, may := range map[oauthv1alpha1.AuthenticationMethod]bool{
		oauthv1alpha1.AuthenticationBasic: true, oauthv1alpha1.AuthenticationPrivateKeyJWT: true, oauthv1alpha1.AuthenticationTLS: true,
		oauthv1alpha1.AuthenticationNone: false,
	} {
		if New(clientspec.Client{Method: method, GrantTypes: []string{grant}}).May(grant) != may {
			t.Errorf("%s may exchange: %t", method, !may)
		}
		if New(clientspec.Client{Method: method, GrantTypes: []string{"client_credentials"}}).May(grant) {
			t.Errorf("%s may exchange without the grant", method)
		}
	}
}
