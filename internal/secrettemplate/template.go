package secrettemplate

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"

	"k8s.io/apimachinery/pkg/util/validation"
)

const (
	// maxTemplate is how many bytes one template may have.
	maxTemplate = 8192
	// maxBytes is how many bytes all templates of a Secret may yield, with what their
	// functions return on the way. The operator keeps the Secrets of all tenants in memory.
	maxBytes = 64 << 10
)

// Values are what templates see, by name: strings and lists of strings.
type Values map[string]any

// Render returns the value of each key. The error is a sentence for the author of the
// templates, and never quotes a value.
func Render(templates map[string]string, values Values) (map[string][]byte, error) {
	budget := &budget{left: maxBytes}
	out := map[string][]byte{}
	for _, key := range slices.Sorted(maps.Keys(templates)) {
		if problems := validation.IsConfigMapKey(key); len(problems) > 0 {
			return nil, fmt.Errorf("data: %q cannot be a key of a Secret", key)
		}
		value, err := budget.render(key, templates[key], values)
		if err != nil {
			return nil, err
		}
		out[key] = value
	}
	return out, nil
}

func (b *budget) render(key, text string, values Values) ([]byte, error) {
	if len(text) > maxTemplate {
		return nil, fmt.Errorf("data[%s]: the template has more than %d bytes", key, maxTemplate)
	}
	parsed, err := template.New(key).Option("missingkey=error").Funcs(b.functions()).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("data[%s]: %s", key, plain(err))
	}
	if len(parsed.Templates()) > 1 {
		return nil, fmt.Errorf("data[%s]: define and block are not allowed", key)
	}
	if err := check(parsed.Root); err != nil {
		return nil, fmt.Errorf("data[%s]: %w", key, err)
	}
	out := &bytes.Buffer{}
	if err := parsed.Execute(&counted{out, b}, map[string]any(values)); err != nil {
		return nil, fmt.Errorf("data[%s]: %s", key, plain(err))
	}
	return out.Bytes(), nil
}

// plain takes the prefix of text/template off an error.
func plain(err error) string { return strings.TrimPrefix(err.Error(), "template: ") }
