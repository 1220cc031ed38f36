package ui

import "github.com/grantor-dev/grantor/server/texts"

// Failure says what went wrong and what to do. It leads nowhere: what is wrong may
// be the very address to go to.
type Failure struct {
	Status int
	// Title is a few words, Message a sentence on what happened, Advice one on what
	// to do.
	Title, Message, Advice texts.Text
	// RequestID finds the request in the server's log.
	RequestID string
}

func (Failure) template() string          { return "failure" }
func (Failure) application() *Application { return nil }
