package main

import "strings"

// code quotes text as inline code that may stand in a table cell.
func code(text string) string {
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + cell(text) + fence
}

// cell keeps text from ending a table cell. GitHub honours the escape inside
// inline code too.
func cell(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "|", `\|`), "\n", " ")
}

var proseEscapes = strings.NewReplacer("<", "&lt;", ">", "&gt;", "*", `\*`)

// prose makes a field's description safe as Markdown: what it writes between
// backquotes stays code, everything else is text.
func prose(text string) string {
	parts := strings.Split(cell(text), "`")
	if len(parts)%2 == 0 {
		return proseEscapes.Replace(cell(text))
	}
	for i := 0; i < len(parts); i += 2 {
		parts[i] = proseEscapes.Replace(parts[i])
	}
	return strings.Join(parts, "`")
}

// paragraphs splits a doc comment where a reader sees a new paragraph or list
// item, and unwraps the lines within each.
func paragraphs(text string) []string {
	var found []string
	open := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		item := strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ")
		switch {
		case line == "":
			open = false
		case item:
			found = append(found, "• "+line[2:])
			open = true
		case open:
			found[len(found)-1] += " " + line
		default:
			found = append(found, line)
			open = true
		}
	}
	for i := range found {
		found[i] = prose(found[i])
	}
	return found
}
