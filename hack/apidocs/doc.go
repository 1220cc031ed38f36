// Command apidocs renders the API reference from CustomResourceDefinitions.
//
//	apidocs DIRECTORY >api.md
//
// It owns the wording and layout of the reference and nothing of its content:
// every description, default and rule comes from the schemas, so the reference
// says what the API server enforces. The same schemas give the same bytes.
// hack/generate calls it.
package main
