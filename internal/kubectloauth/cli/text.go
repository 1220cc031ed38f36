package cli

import (
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
)

// Plain makes text of others fit for a terminal: line breaks become spaces, and what is not
// visible, such as control characters and marks that turn the direction of text around, is
// escaped as in Go.
func Plain(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '\n' || r == '\t':
			out.WriteByte(' ')
		case unicode.IsPrint(r):
			out.WriteRune(r)
		default:
			out.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return out.String()
}

// Table writes rows with aligned columns. An empty cell is a dash.
func Table(w io.Writer, rows [][]string) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			if cells[i] = Plain(cell); cell == "" {
				cells[i] = "-"
			}
		}
		if _, err := io.WriteString(table, strings.Join(cells, "\t")+"\n"); err != nil {
			return err
		}
	}
	return table.Flush()
}
