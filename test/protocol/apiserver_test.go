package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	gopath "path"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

// fault is what happens to a request to the API server.
type fault int

const (
	// none: it is done and answered.
	none fault = iota
	// lostRequest: it is not done, and there is no answer.
	lostRequest
	// lostAnswer: it is done, and there is no answer.
	lostAnswer
	faults
)

var errNoAnswer = errors.New("no answer")

var resource = schema.GroupResource{Group: sessionv1alpha1.GroupVersion.Group, Resource: "grants"}

// apiServer keeps Grants in memory as an API server does: an object that exists is not
// created, one that has changed is not replaced.
type apiServer struct {
	grants  map[string]sessionv1alpha1.Grant
	version int
}

// do answers a request after a fault.
func (a *apiServer) do(r *http.Request, f fault) (*http.Response, error) {
	if f == lostRequest {
		return nil, errNoAnswer
	}
	object, refusal := a.handle(r)
	if f == lostAnswer {
		return nil, errNoAnswer
	}
	if refusal != nil {
		status := refusal.Status()
		status.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}
		return answer(int(status.Code), status)
	}
	return answer(http.StatusOK, object)
}

func (a *apiServer) handle(r *http.Request) (sessionv1alpha1.Grant, *apierrors.StatusError) {
	var sent sessionv1alpha1.Grant
	if r.Method == http.MethodGet {
		name := gopath.Base(r.URL.Path)
		stored, ok := a.grants[name]
		if !ok {
			return sent, apierrors.NewNotFound(resource, name)
		}
		return stored, nil
	}
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
		return sent, apierrors.NewBadRequest(err.Error())
	}
	stored, ok := a.grants[sent.Name]
	switch {
	case r.Method == http.MethodPost && ok:
		return sent, apierrors.NewAlreadyExists(resource, sent.Name)
	case r.Method == http.MethodPut && !ok:
		return sent, apierrors.NewNotFound(resource, sent.Name)
	case r.Method == http.MethodPut && sent.ResourceVersion != "" && sent.ResourceVersion != stored.ResourceVersion:
		return sent, apierrors.NewConflict(resource, sent.Name, errors.New("the object has been modified"))
	}
	a.version++
	sent.ResourceVersion = strconv.Itoa(a.version)
	a.grants[sent.Name] = sent
	return sent, nil
}

func answer(code int, body any) (*http.Response, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: code, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(encoded)),
	}, nil
}
