package server

import (
	"net/http"

	"github.com/grantor-dev/grantor/internal/replicas"
)

// answerLoaded tells the operator whether this replica has loaded a client.
func (s *Server) answerLoaded(w http.ResponseWriter, r *http.Request) {
	question, err := replicas.Parse(r.URL.Query())
	if err != nil {
		writeText(w, http.StatusBadRequest, err.Error())
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
