package rotate

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// answers are those of an API server, one after the other; the last is given for ever. They are
// decoded into what was read before, as the client does it.
type answers []oauthv1alpha1.OAuthClient

func (a *answers) Get(_ context.Context, _ client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	next := (*a)[0]
	if len(*a) > 1 {
		*a = (*a)[1:]
	}
	text, err := json.Marshal(next)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func (a *answers) List(context.Context, client.ObjectList, ...client.ListOption) error {
	return errors.New("nothing is listed")
}

func status(credentials ...oauthv1alpha1.CredentialStatus) oauthv1alpha1.OAuthClient {
	c := oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web", UID: "1"}}
	c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationBasic
	c.Status.Credentials = credentials
	return c
}

// The end of an older secret, in an answer before, is not that of the one before the rotation.
func TestAwaitTheSecret(t *testing.T) {
	oldest := oauthv1alpha1.CredentialStatus{ExpiresAt: at(time.Minute)}
	published := oauthv1alpha1.CredentialStatus{RotationRequestedAt: at(0)}
	server := &answers{status(oauthv1alpha1.CredentialStatus{}, oldest), status(published, oauthv1alpha1.CredentialStatus{}, oldest)}
	before := status()
	r, err := ofSecret(&before)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*again)
	defer cancel()
	if err := await(ctx, server, r, noon); err == nil {
		t.Error("the secret is said to be replaced, and the Secret has the former one")
	}
	*server = append(*server, status(published, oauthv1alpha1.CredentialStatus{ExpiresAt: at(time.Hour)}, oldest))
	if err := await(t.Context(), server, r, noon); err != nil {
		t.Errorf("the secret is replaced: %v", err)
	}
}

// writer refuses what was read before the object had a version.
type writer struct {
	client.Writer
	version string
	patches []string
}

func (w *writer) Patch(_ context.Context, _ client.Object, patch client.Patch, _ ...client.PatchOption) error {
	text, err := patch.Data(nil)
	if err != nil {
		return err
	}
	w.patches = append(w.patches, string(text))
	if !strings.Contains(string(text), `"resourceVersion":"`+w.version+`"`) {
		return apierrors.NewConflict(schema.GroupResource{}, "web", errors.New("it has changed"))
	}
	return nil
}

// A rotation that somebody plans between the reading and the writing is not replaced.
func TestAskReadsAgain(t *testing.T) {
	w := &writer{version: "2"}
	reads := 0
	_, _, err := ask(t.Context(), w, func() (*rotation, error) {
		reads++
		c := status()
		c.ResourceVersion = "1"
		if reads > 1 {
			c.ResourceVersion = "2"
			c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{RequestedAt: &metav1.Time{Time: time.Now().Add(time.Hour)}}
		}
		return ofSecret(&c)
	})
	if err == nil || !strings.Contains(err.Error(), "which another request would replace") || len(w.patches) != 1 {
		t.Errorf("after %d patches: %v", len(w.patches), err)
	}
}
