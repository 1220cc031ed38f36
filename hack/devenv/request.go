package devenv

import (
	"mime"
	"net/http"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/endpoints/request"
)

// Request is what the URL and the method of an API request say. Resource is
// empty for a request that is about no resource, such as discovery.
type Request struct {
	RequestKey
	Namespace string
	// Name is empty for a create, whose name is in the body.
	Name string
}

// DescribeRequest reads an API request as the API server does.
func DescribeRequest(r *http.Request) Request {
	factory := request.RequestInfoFactory{
		APIPrefixes:          sets.NewString("api", "apis"),
		GrouplessAPIPrefixes: sets.NewString("api"),
	}
	info, err := factory.NewRequestInfo(r)
	if err != nil || !info.IsResourceRequest {
		return Request{RequestKey: RequestKey{Verb: rbacVerb(r.Method)}}
	}
	described := Request{
		RequestKey: RequestKey{Verb: info.Verb, Group: info.APIGroup, Resource: info.Resource},
		Namespace:  info.Namespace,
		Name:       info.Name,
	}
	if info.Subresource != "" {
		described.Resource += "/" + info.Subresource
	}
	if info.Verb == "patch" && isApply(r) {
		described.Verb = "apply"
	}
	return described
}

func isApply(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && (media == "application/apply-patch+yaml" || media == "application/apply-patch+cbor")
}
