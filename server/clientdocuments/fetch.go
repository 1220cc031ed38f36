package clientdocuments

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/internal/outbound"
	"github.com/grantor-dev/grantor/server/clients"
)

const (
	// timeout bounds a fetch from the first packet to the last.
	timeout = 5 * time.Second
	// maxSize is the size of a document, in bytes.
	maxSize = 16 << 10
	// Bounds of how long a document is not fetched again, whatever its response says.
	minAge, maxAge = 5 * time.Minute, 24 * time.Hour
)

// fetch returns what the document at an ID says and for how long, or why it cannot be used.
func fetch(ctx context.Context, client *http.Client, id, host string, listed bool) (clients.Document, time.Duration, *failure) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, id, http.NoBody)
	if err != nil {
		return clients.Document{}, 0, away(host, err)
	}
	request.Header.Set("Accept", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return clients.Document{}, 0, unanswered(host, err)
	}
	defer response.Body.Close()
	switch {
	case isAway(response.StatusCode):
		return clients.Document{}, 0, away(host, statusError(response.StatusCode))
	case response.StatusCode != http.StatusOK:
		return clients.Document{}, 0, notFound(host, response.StatusCode)
	case !isJSON(response.Header.Get("Content-Type")):
		return clients.Document{}, 0, errMediaType.of(host)
	}
	body, err := io.ReadAll(response.Body)
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return clients.Document{}, 0, errSize.of(host)
	}
	if err != nil {
		return clients.Document{}, 0, away(host, err)
	}
	document, wrong := read(body, id, host, listed)
	if wrong != nil {
		return clients.Document{}, 0, wrong.of(host)
	}
	return document, outbound.Age(response.Header.Get("Cache-Control"), minAge, minAge, maxAge), nil
}

// isAway reports whether a status says nothing about the document.
func isAway(status int) bool {
	switch status {
	case http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return status >= http.StatusInternalServerError
}

// unanswered returns the failure of a call. The URL in the error is left out of the log,
// because the query may be secret.
func unanswered(host string, err error) *failure {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if errors.Is(err, outbound.ErrAddress) {
		return notCalled(host)
	}
	return away(host, err)
}

// isJSON reports whether a media type is application/json or a more specific one.
func isJSON(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == "application/json" || strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json"))
}
