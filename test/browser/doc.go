// Package browser looks at Grantor through a real browser: whether its pages can be
// read and used by everybody, and whether people get through the flows.
//
// The scenarios are JavaScript under playwright/, one function each; a test plays
// one by its name and judges what it returns.
package browser
