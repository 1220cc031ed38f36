package login

import (
	"encoding/json"
	"fmt"
	"io"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientauthenticationv1 "k8s.io/client-go/pkg/apis/clientauthentication/v1"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cache"
)

// write prints the token, alone or as the answer that kubectl expects.
func (c *command) write(w io.Writer, tokens cache.Tokens) error {
	token, expiry := c.chosen(tokens)
	if !c.execCredential {
		_, err := fmt.Fprintln(w, token)
		return err
	}
	return json.NewEncoder(w).Encode(clientauthenticationv1.ExecCredential{
		TypeMeta: metav1.TypeMeta{APIVersion: clientauthenticationv1.SchemeGroupVersion.String(), Kind: "ExecCredential"},
		Status:   &clientauthenticationv1.ExecCredentialStatus{Token: token, ExpirationTimestamp: &metav1.Time{Time: expiry}},
	})
}
