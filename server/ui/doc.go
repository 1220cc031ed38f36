// Package ui renders the pages that people see: it owns their templates, their
// style sheet, and the headers that say what a page may load and where its forms
// may lead. The pages work without JavaScript.
//
// It decides nothing and knows no OAuth request, no session and no Kubernetes:
// server/authorization and server/account fill in pages and choose when to show them, and
// server/flow does for errors.
//
// It has 17 files: what each page shows is a file, and the templates see all of them as one view.
package ui
