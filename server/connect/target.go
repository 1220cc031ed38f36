package connect

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"k8s.io/client-go/rest"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/tokenspec"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthtokens,verbs=get

// tokenName is the name of an OAuthToken.
type tokenName struct{ namespace, name string }

func (n tokenName) String() string { return n.namespace + "/" + n.name }

// path is that of its page.
func (n tokenName) path() string { return endpoints.Connect + n.namespace + "/" + n.name }

type nameKey struct{}

func withName(ctx context.Context, n tokenName) context.Context {
	return context.WithValue(ctx, nameKey{}, n)
}

func nameOf(r *http.Request) tokenName {
	n, _ := r.Context().Value(nameKey{}).(tokenName)
	return n
}

// Tokens reads OAuthTokens.
type Tokens interface {
	// Token returns an OAuthToken as it is now. It returns storage.ErrNotFound.
	Token(ctx context.Context, namespace, name string) (*oauthv1alpha1.OAuthToken, error)
}

// Live reads OAuthTokens at the API server: people authorize them rarely, and what they see must
// be what is asked for.
type Live struct{ Client rest.Interface }

var _ Tokens = Live{}

// Token implements Tokens.
func (l Live) Token(ctx context.Context, namespace, name string) (*oauthv1alpha1.OAuthToken, error) {
	kind := storage.Kind[oauthv1alpha1.OAuthToken, *oauthv1alpha1.OAuthToken]{
		Backend: storage.Backend{Client: l.Client, Namespace: namespace}, Name: "OAuthToken",
	}
	return kind.Get(ctx, name)
}

// perUser bounds reads of OAuthTokens.
var perUser = limits.Budget{Burst: 100, Every: time.Second}

// read returns the OAuthToken of a name, if it names a person in spec.authorizedBy. That there is
// none looks like one that the person may not authorize.
func (s *Service) read(ctx context.Context, n tokenName, person *identity.Person) (*oauthv1alpha1.OAuthToken, error) {
	if wait := s.Limiter.Take(s.Now(), limits.Share{Kind: "user", Key: person.Subject, Budget: perUser}); wait > 0 {
		return nil, httpx.Spent(http.StatusTooManyRequests, wait, "You loaded this page too often. Wait some seconds, then try again.")
	}
	token, err := s.Tokens.Token(ctx, n.namespace, n.name)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, errNotYours()
	}
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if token.DeletionTimestamp != nil || token.Spec.Grant != oauthv1alpha1.TokenGrantAuthorizationCode ||
		!tokenspec.MayAuthorize(token, person.Username, person.Groups) {
		return nil, errNotYours()
	}
	if !strings.HasPrefix(person.Subject, oauthv1alpha1.SubjectPrefix) {
		// The operator, which redeems the code, asks the OAuthUser whether the person still may.
		return nil, flow.Forbidden("Only a user with an OAuthUser may authorize this. Ask an administrator to add your account to spec.identities of an OAuthUser.")
	}
	return token, nil
}

// target returns the OAuthToken of a name, if a person may authorize it here.
func (s *Service) target(ctx context.Context, n tokenName, person *identity.Person) (*oauthv1alpha1.OAuthToken, error) {
	token, err := s.read(ctx, n, person)
	if err != nil {
		return nil, err
	}
	if !s.serves(token) {
		return nil, errNotYours()
	}
	return token, nil
}

// serves reports whether people authorize an OAuthToken at this server.
func (s *Service) serves(token *oauthv1alpha1.OAuthToken) bool {
	at := token.Status.Server
	return at != nil && at.Namespace == s.Server.Namespace && at.Name == s.Server.Name
}

func errNotYours() error {
	return flow.Forbidden("You may not authorize this, or it does not exist. spec.authorizedBy of the OAuthToken names who may: ask the people who gave you the link.")
}
