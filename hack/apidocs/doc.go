// Command apidocs renders the API reference from CustomResourceDefinitions: an index
// and one page for each kind.
//
//	apidocs DEFINITIONS OUTPUT
//
// It writes OUTPUT/api.md and OUTPUT/api/<kind>.md. It owns the wording and layout of
// the reference and nothing of its content: every description, default and rule comes
// from the schemas, so the reference says what the API server enforces. The same
// schemas give the same bytes. hack/generate calls it.
package main
