package main

import "regexp"

// link is a place in a document that points elsewhere.
type link struct {
	line   int
	target string
}

var (
	// [text](target), [text](target "title") and images.
	inlineLink = regexp.MustCompile(`\]\(\s*<?([^\s<>()]+(?:\([^\s()]*\))?[^\s<>()]*)>?(?:\s+["'][^)]*)?\s*\)`)
	// [label]: target
	definedLink = regexp.MustCompile(`^ {0,3}\[[^\]]+\]:\s+<?([^\s>]+)>?`)
	// href and src of the HTML that Markdown lets through.
	htmlLink = regexp.MustCompile(`<(?:a|img)\s[^>]*(?:href|src)="([^"]+)"`)

	inlineCode = regexp.MustCompile("`+[^`]*`+")
	heading    = regexp.MustCompile(`^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$`)
	htmlAnchor = regexp.MustCompile(`<[a-z0-9]+\s[^>]*(?:id|name)="([^"]+)"`)
)

// links lists what a document points to, in order; what code shows is no link.
func links(text string) []link {
	var found []link
	for number, line := range prose(text) {
		line = inlineCode.ReplaceAllString(line, "")
		for _, pattern := range []*regexp.Regexp{inlineLink, definedLink, htmlLink} {
			for _, match := range pattern.FindAllStringSubmatch(line, -1) {
				found = append(found, link{line: number, target: match[1]})
			}
		}
	}
	return found
}

// anchors is the set of fragments that a document offers: GitHub's slug of each
// heading, numbered when repeated, and explicit HTML anchors.
func anchors(text string) map[string]bool {
	offered := map[string]bool{}
	for _, line := range prose(text) {
		if match := heading.FindStringSubmatch(line); match != nil {
			offered[unused(offered, slug(match[1]))] = true
		}
		for _, match := range htmlAnchor.FindAllStringSubmatch(line, -1) {
			offered[match[1]] = true
		}
	}
	return offered
}
