package dexconnectors

import (
	"encoding/base64"

	"github.com/grantor-dev/grantor/internal/migrate/values"
)

// secret returns a reference to the Secret with a value, which it writes if the input has it.
func (c *connecting) secret(field, key string) map[string]any {
	value := c.text(field)
	if value == "" {
		return nil
	}
	name := c.name + "-imported"
	if values.FromEnvironment(value) {
		c.notes.Todof("%s: its %s comes from the environment of Dex; write it into Secret %s/%s under the key %s", c.source, field, c.options.ServerNamespace, name, key)
		return map[string]any{"name": name, "key": key}
	}
	name = c.options.SecretName(name)
	c.manifests = append(c.manifests, map[string]any{
		"apiVersion": "v1", "kind": "Secret", "type": "Opaque",
		"metadata": map[string]any{"namespace": c.options.ServerNamespace, "name": name},
		"data":     map[string]any{key: base64.StdEncoding.EncodeToString([]byte(value))},
	})
	return map[string]any{"name": name, "key": key}
}

// claims adds to spec.claims.
func (c *connecting) claims(field string, value any) {
	claims, _ := c.spec["claims"].(map[string]any)
	if claims == nil {
		claims = map[string]any{}
		c.spec["claims"] = claims
	}
	claims[field] = value
}

// admit adds to spec.admit.
func (c *connecting) admit(field string, allowed []string) {
	if len(allowed) == 0 {
		return
	}
	admit, _ := c.spec["admit"].(map[string]any)
	if admit == nil {
		admit = map[string]any{}
		c.spec["admit"] = admit
	}
	admit[field] = allowed
}
