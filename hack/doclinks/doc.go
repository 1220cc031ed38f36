// Command doclinks checks that relative links in Markdown files lead somewhere.
//
//	doclinks FILE_OR_DIRECTORY...
//
// It owns the question whether the file, directory or heading that a link names
// exists. It never opens a URL: what others host may be away for a day, which
// is no fault of a change. hack/verify calls it.
package main
