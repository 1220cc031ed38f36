package dexconnectors

import (
	"slices"

	"github.com/grantor-dev/grantor/internal/migrate/values"
)

// text returns a field that is a text, without what the environment of Dex would put there.
func (c *connecting) text(field string) string {
	c.read[field] = true
	return c.asText(field, c.Config[field])
}

// asText returns a value that Dex would read as a text.
func (c *connecting) asText(field string, value any) string {
	text, ok := value.(string)
	if !ok && !values.Empty(value) {
		c.shut(field + " is not a text")
	}
	return text
}

func (c *connecting) flag(field string) bool {
	c.read[field] = true
	is, _ := c.Config[field].(bool)
	return is
}

// list returns a field that is a list of texts.
func (c *connecting) list(field string) []string {
	c.read[field] = true
	return c.texts(field, c.Config[field])
}

// texts returns a list of texts. One that has anything else is no list that Dex would read; what
// it was to restrict is not known.
func (c *connecting) texts(field string, value any) []string {
	out := texts(value)
	if list, _ := value.([]any); !values.Empty(value) && (len(list) == 0 || slices.ContainsFunc(list, func(one any) bool { text, _ := one.(string); return text == "" })) {
		c.shut(field + " is not a list of texts")
	}
	return out
}

func texts(value any) []string {
	var out []string
	list, _ := value.([]any)
	for _, one := range list {
		if text, ok := one.(string); ok && text != "" {
			out = append(out, text)
		}
	}
	return values.Sorted(out)
}

// within returns a field that is an object.
func (c *connecting) within(field string) map[string]any {
	c.read[field] = true
	object, _ := c.Config[field].(map[string]any)
	return object
}

// plain returns a text that must not come from the environment, and says so if it does.
func (c *connecting) plain(field string) (string, bool) {
	value := c.text(field)
	if value == "" || values.FromEnvironment(value) {
		c.notes.Lostf("%s: it is left out, because its %s comes from the environment of Dex or is missing; write it into the configuration and import again", c.source, field)
		return "", false
	}
	return value, true
}
