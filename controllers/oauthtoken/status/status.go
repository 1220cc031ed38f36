package status

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/plan"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/source"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
	"github.com/grantor-dev/grantor/internal/conditions"
	"github.com/grantor-dev/grantor/internal/endpoints"
)

// Facts are what one reconcile found out.
type Facts struct {
	Now    time.Time
	Source source.Source
	State  state.State
	// Next is what to do next.
	Next plan.Decision
	// Shown is the name of the Secret with the token; empty if there is none.
	Shown string
	// Problem is why no token can be requested, and Failing the last failure of a request.
	Problem, Failing *problem.Problem
}

// judgement is a status that is being filled in.
type judgement struct {
	Facts

	token *oauthv1alpha1.OAuthToken
	set   conditions.Set
}

// Fill fills in the status of an OAuthToken.
func Fill(token *oauthv1alpha1.OAuthToken, f Facts) {
	j := judgement{f, token, conditions.Set{Conditions: &token.Status.Conditions, Generation: token.Generation}}
	j.describe()
	j.judge()
	token.Status.ObservedGeneration = token.Generation
}

// describe fills in what is no condition.
func (j *judgement) describe() {
	status, s := &j.token.Status, j.State
	status.Provider = j.Source.Status(j.token.Spec.Grant)
	status.Server, status.AuthorizeURL = nil, ""
	if server := j.Source.Server; server != nil {
		status.AuthorizeURL = server.Spec.Issuer + endpoints.Connect + j.token.Namespace + "/" + j.token.Name
		status.Server = &oauthv1alpha1.TokenServerStatus{Namespace: server.Namespace, Name: server.Name, RedirectURI: status.AuthorizeURL + endpoints.Callback}
	}
	status.AuthorizedBy, status.AuthorizedAt = s.AuthorizedBy, moment(s.AuthorizedAt)
	status.Scopes, status.ExpiresAt, status.RefreshedAt = nil, nil, nil
	if s.AccessToken != "" {
		status.Scopes, status.ExpiresAt, status.RefreshedAt = s.Scopes, moment(s.ExpiresAt), moment(s.IssuedAt)
	}
	status.NextRefresh = moment(j.Next.Next)
	if status.SecretName = ""; !j.Problem.Untouchable() {
		status.SecretName = j.Shown
	}
}

func moment(at time.Time) *metav1.Time {
	if at.IsZero() {
		return nil
	}
	t := metav1.NewTime(at.UTC().Truncate(time.Second))
	return &t
}
