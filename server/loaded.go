package server

import (
	"net/http"

	"github.com/grantor-dev/grantor/internal/replicas"
)

// answerLoaded tells the operator whether this replica has loaded a client.
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
	if !s.clients.Loaded(question) {
		writeText(w, http.StatusNotFound, "not loaded")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
