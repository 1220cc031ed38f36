// Package texts is what the pages say, in the languages that they speak: the catalogue of
// sentences, keyed by the English one, which language a request wants, and how that language
// writes times.
//
// It makes no HTML and knows no page (server/ui). What programs read is English and not here:
// the errors of OAuth, logs, statuses. The glossary of the translations is in README.md.
package texts
