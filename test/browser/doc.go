// Package browser looks at Grantor through a real browser: whether its pages can be
// read and used by everyone, whether users get through the flows, and whether a
// single-page application that uses a library of others gets along.
//
// The scenarios are JavaScript under playwright/, one function each; a test plays
// one by its name and judges what it returns. They meet a running Grantor, and
// samples of pages where its texts would have to be extreme.
package browser
