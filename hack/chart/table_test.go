package main

import (
	"strings"
	"testing"
)

func TestRowsOf(t *testing.T) {
	t.Parallel()
	rows, err := rowsOf([]byte(`# About the file.

# A group
# of values.
group:
  # One or | two.
  some: 1
  none:
    list: [{a: "b"}]
  # All at once.
  whole: {a: 1}
# Long.
long: ` + strings.Repeat("x", longest) + `
text: ""
`))
	if err != nil {
		t.Fatal(err)
	}
	wanted := []string{
		"| `group` |  | A group of values. |",
		"| `group.some` | `1` | One or \\| two. |",
		"| `group.none.list` | `[{\"a\":\"b\"}]` |  |",
		"| `group.whole` | `{\"a\":1}` | All at once. |",
		"| `long` | see [values.yaml](values.yaml) | Long. |",
		"| `text` | `\"\"` |  |",
	}
	if got := strings.Join(rows, "\n"); got != strings.Join(wanted, "\n") {
		t.Errorf("the rows are\n%s", got)
	}
}
