package health

import (
	"net/http"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/replicas"
	"github.com/grantor-dev/grantor/server/clients"
)

// authenticates reports whether a client can authenticate and get tokens here, which for
// certificates depends on how this replica was started.
func (h *Health) authenticates(client *clients.Client) bool {
	offers := func(method oauthv1alpha1.AuthenticationMethod) bool {
		return slices.Contains(h.ClientMethods, string(method))
	}
	if client.Tokens().AccessBinding == oauthv1alpha1.AccessTokenBindingCertificate && !offers(oauthv1alpha1.AuthenticationSelfSignedTLS) {
		return false
	}
	return client.Method() == oauthv1alpha1.AuthenticationNone || offers(client.Method())
}

// answerLoaded tells the operator whether this replica has loaded a client that can
// authenticate here.
func (h *Health) answerLoaded(w http.ResponseWriter, r *http.Request) {
	question, ok := replicas.Parse(r.URL.Query())
	if !ok {
		writeText(w, http.StatusBadRequest, "namespace, name and state are required")
		return
	}
	if err := h.Available(); err != nil {
		writeText(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	client := h.Clients.Loaded(question)
	switch {
	case client == nil:
		writeText(w, http.StatusNotFound, "not loaded")
	case !h.authenticates(client):
		writeText(w, http.StatusNotImplemented, "no way to authenticate here")
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// answerKeysLoaded tells the operator whether this replica has loaded the server's keys
// in one state, so that it publishes the next one.
func (h *Health) answerKeysLoaded(w http.ResponseWriter, r *http.Request) {
	if err := h.Available(); err != nil {
		writeText(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	set, err := h.Keys.Current()
	if err != nil || set.State() != r.URL.Query().Get(replicas.KeysState) {
		writeText(w, http.StatusNotFound, "not loaded")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
