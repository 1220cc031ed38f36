package connect

import (
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/connections"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

const (
	// patience is how long the page asks by itself.
	patience = 2 * time.Minute
	// reload is after how many seconds the page asks again, and slowReload after how many a person
	// should.
	reload, slowReload = 2, 5
)

// outcome is what the page that follows an attempt knows of it.
type outcome struct {
	flow.Sealed
	Subject    string `json:"p"`
	Token      string `json:"t"`
	Connection string `json:"c"`
	// Since is when the person came back, in milliseconds since 1970, and Taken when the code was
	// seen to be spent.
	Since int64 `json:"s"`
	Taken int64 `json:"k,omitempty"`
}

// received answers a person who brought back a code.
func (s *Service) received(r *http.Request, v *flow.Visit) (flow.Answer, error) {
	var o outcome
	if err := v.Open(flow.PageConnected, r.Form, &o); err != nil {
		return flow.Answer{}, err
	}
	if v.Person.Subject != o.Subject || o.Token != nameOf(r).String() {
		return flow.Answer{}, flow.Forbidden("Another user is signed in now. Open the link of the OAuthToken again.")
	}
	token, err := s.target(r.Context(), nameOf(r), v.Person)
	if err != nil {
		return flow.Answer{}, err
	}
	state, err := s.Connections.Find(r.Context(), o.Connection)
	if err != nil {
		return flow.Answer{}, httpx.Unavailable(err)
	}
	now := s.Now()
	if title, message := result(state, token, o, now); title != "" {
		return s.ends(v, title, message), nil
	}
	if state.Taken && o.Taken == 0 {
		o.Taken = now.UnixMilli()
		sealed, err := v.Seal(flow.PageConnected, &o)
		return v.Redirect(flow.At(nameOf(r).path(), sealed)), err
	}
	answer := v.Page(http.StatusOK, ui.Note{Title: "Received", Message: "The token appears in a moment. This page goes on by itself."}, ui.Policy{})
	answer.Reload = reload
	return answer, nil
}

// result returns what the last page says; no title while nothing is certain.
func result(state *connections.State, token *oauthv1alpha1.OAuthToken, o outcome, now time.Time) (title, message texts.Text) {
	since := time.UnixMilli(o.Since)
	switch {
	case state == nil || state.Subject != o.Subject:
		return "This page is too old", "See the conditions of the OAuthToken for how it is now."
	case state.Refusal != "":
		return "The token was not requested", texts.Join(texts.Said(state.Refusal), "Open the link of the OAuthToken again.")
	case state.Taken && authorizedSince(token, since):
		return "The token is there", texts.T("The OAuthToken %s is authorized, and is refreshed from now on. You can close this page.", token.Name)
	case state.Taken && o.Taken != 0 && now.Sub(time.UnixMilli(o.Taken)) > settled:
		return "The provider gave no token", condition(token)
	case !state.Taken && now.Sub(since) > patience:
		return "This takes longer than it should", "The code of the provider was received. The conditions of the OAuthToken say whether it was redeemed."
	}
	return "", ""
}

// settled is how long the status of an OAuthToken may take after its code was spent.
const settled = 5 * time.Second

// authorizedSince reports whether an OAuthToken was authorized at a time, or later. Its status
// has whole seconds.
func authorizedSince(token *oauthv1alpha1.OAuthToken, since time.Time) bool {
	at := token.Status.AuthorizedAt
	return meta.IsStatusConditionTrue(token.Status.Conditions, oauthv1alpha1.ConditionAuthorized) && at != nil && !at.Time.Before(since.Truncate(time.Second))
}

// condition says why an OAuthToken has no token.
func condition(token *oauthv1alpha1.OAuthToken) texts.Text {
	c := meta.FindStatusCondition(token.Status.Conditions, oauthv1alpha1.ConditionAuthorized)
	switch {
	case c == nil:
		return "See the conditions of the OAuthToken."
	case c.Status == metav1.ConditionTrue:
		return "What was authorized before still holds. See the conditions and events of the OAuthToken."
	}
	return texts.Said(c.Message)
}

func (s *Service) ends(v *flow.Visit, title, message texts.Text) flow.Answer {
	return v.Page(http.StatusOK, ui.Note{Title: title, Message: message}, ui.Policy{})
}
