package schema

import (
	"fmt"
	"strings"
)

// text is the bounds of a string as they are meant to be.
type text struct {
	at       string
	min, max int
	// fill makes a long value: "a" unless said otherwise.
	fill string
	// prefix begins a long value, and suffix ends it.
	prefix, suffix string
	good, bad      []string
}

// textExamples are the examples of the bounds of strings: both ends of the
// lengths, and values that the pattern takes and refuses.
func textExamples(texts ...text) examples {
	out := examples{}
	for _, s := range texts {
		if s.fill == "" {
			s.fill = "a"
		}
		long := func(n int) string {
			return s.prefix + strings.Repeat(s.fill, n-len(s.prefix)-len(s.suffix)) + s.suffix
		}
		if s.max > 0 {
			out[s.at+" as long as allowed"] = accept(s.at, "maxLength", fields{s.at: long(s.max)})
			out[s.at+" too long"] = refuse(s.at, "maxLength", fields{s.at: long(s.max + 1)})
		}
		if s.min > 0 {
			out[s.at+" as short as allowed"] = accept(s.at, "minLength", fields{s.at: long(max(s.min, len(s.prefix)+len(s.suffix)))})
			out[s.at+" empty"] = refuse(s.at, "minLength", fields{s.at: ""})
		}
		for _, value := range s.good {
			out[fmt.Sprintf("%s %q", s.at, value)] = accept(s.at, "pattern", fields{s.at: value})
		}
		for _, value := range s.bad {
			out[fmt.Sprintf("%s %q", s.at, value)] = refuse(s.at, "pattern", fields{s.at: value})
		}
	}
	return out
}

// enumExamples are each allowed value, and some that look like one.
func enumExamples(at string, allowed ...string) examples {
	out := examples{}
	for _, value := range allowed {
		out[fmt.Sprintf("%s %q", at, value)] = accept(at, "enum", fields{at: value})
	}
	for _, value := range []string{"", "unknown", strings.ToUpper(allowed[0]) + "x", " " + allowed[0], allowed[0] + "\n"} {
		out[fmt.Sprintf("%s %q", at, value)] = refuse(at, "enum", fields{at: value})
	}
	return out
}

// rangeExamples are both ends of what a number may be, and what lies beyond.
func rangeExamples(at string, least, most int64) examples {
	return examples{
		at + " at its least":    accept(at, "minimum", fields{at: least}),
		at + " below its least": refuse(at, "minimum", fields{at: least - 1}),
		at + " at its most":     accept(at, "maximum", fields{at: most}),
		at + " above its most":  refuse(at, "maximum", fields{at: most + 1}),
	}
}

// listExamples are the bounds of a list: the most items, one more, and one twice.
func listExamples(at string, most int, item func(i int) any) examples {
	out := examples{
		at + " with as many items as allowed": accept(at, "maxItems", fields{at: items(most, item)}),
		at + " with too many items":           refuse(at, "maxItems", fields{at: items(most+1, item)}),
	}
	return out
}

// setExamples are those of a list whose items differ.
func setExamples(at string, most int, item func(i int) any) examples {
	out := listExamples(at, most, item)
	out[at+" with two different items"] = accept(at, "duplicate", fields{at: items(2, item)})
	out[at+" with an item twice"] = refuse(at, "duplicate", fields{at: []any{item(0), item(0)}})
	return out
}

func items(n int, item func(i int) any) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = item(i)
	}
	return out
}

// requiredExamples are objects with and without a field that they need.
func requiredExamples(paths ...string) examples {
	out := examples{}
	for _, path := range paths {
		out[path+" given"] = accept(path, "required", nil)
		out[path+" missing"] = refuse(path, "required", fields{path: nil})
	}
	return out
}

// timeExamples are times that every program reads, and others.
func timeExamples(paths ...string) examples {
	out := examples{}
	for _, at := range paths {
		for _, value := range []string{"2026-01-02T03:04:05Z", "2026-01-02T03:04:05+02:00"} {
			out[fmt.Sprintf("%s %q", at, value)] = accept(at, "date-time", fields{at: value})
		}
		for _, value := range []string{"", "now", "2026-01-02", "2026-01-02 03:04:05", "1767323045", "2026-13-02T03:04:05Z", "2026-01-02T25:04:05Z", "2026-01-02T03:04:05"} {
			out[fmt.Sprintf("%s %q", at, value)] = refuse(at, "date-time", fields{at: value})
		}
	}
	return out
}

// strictTimeExamples are those of the times that anybody may write: they must not
// reach a program that cannot read them.
func strictTimeExamples(paths ...string) examples {
	out := timeExamples(paths...)
	for _, at := range paths {
		for _, value := range []string{"2026-12-31T23:59:59.123456789Z", "2024-02-29T00:00:00-00:30"} {
			out[fmt.Sprintf("%s %q", at, value)] = accept(at, "pattern", fields{at: value})
		}
		for _, value := range []string{
			"2026-01-02t03:04:05Z", "2026-01-02T03:04:05z", "2026-01-02T03:04:05x5Z", "2026-01-02T03:04:05,5Z", "2026-01-02T03:04:05+99:99",
			"2026-01-02T03:04:05+24:00", "2026-01-02T03:04:05+02:60", "2026-01-02T03:04:05ZTtrailing", "2026-01-02T03:04:05ZT\n", "2026-01-02T03:04:05.Z",
		} {
			out[fmt.Sprintf("%s %q", at, value)] = refuse(at, "pattern", fields{at: value})
		}
	}
	return out
}

func numbered(format string) func(int) any {
	return func(i int) any { return fmt.Sprintf(format, i) }
}
