package server

import (
	"net/http"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/replicas"
)

// authenticates reports whether a client can authenticate here in a way, which for
// certificates depends on how this replica was started.
func (s *Server) authenticates(method oauthv1alpha1.AuthenticationMethod) bool {
	return method == oauthv1alpha1.AuthenticationNone || slices.Contains(s.clientMethods(), string(method))
}

// answerLoaded tells the operator whether this replica has loaded a client that can
// authenticate here.
func (s *Server) answerLoaded(w http.ResponseWriter, r *http.Request) {
	question, ok := replicas.Parse(r.URL.Query())
	if !ok {
		writeText(w, http.StatusBadRequest, "namespace, name and state are required")
		return
	}
	if err := s.available(); err != nil {
		writeText(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	client := s.clients.Loaded(question)
	if client == nil || !s.authenticates(client.Method()) {
		writeText(w, http.StatusNotFound, "not loaded, or no way to authenticate here")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// answerKeysLoaded tells the operator whether this replica has loaded the server's keys
// in one state, so that it publishes the next one.
func (s *Server) answerKeysLoaded(w http.ResponseWriter, r *http.Request) {
	if err := s.available(); err != nil {
		writeText(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	set, err := s.keys.Current()
	if err != nil || set.State() != r.URL.Query().Get(replicas.KeysState) {
		writeText(w, http.StatusNotFound, "not loaded")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
