package clientdocuments

import "github.com/grantor-dev/grantor/internal/jsonmembers"

// maxDepth is how deep values of a document may be nested: deeper than any key needs.
const maxDepth = 32

// members are those of a document.
type members struct{ jsonmembers.Members }

// parse returns the members of a JSON object.
func parse(body []byte) (members, bool) {
	m, ok := jsonmembers.Parse(body, maxDepth)
	return members{m}, ok
}
