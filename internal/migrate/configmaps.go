package migrate

import (
	"encoding/base64"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/migrate/report"
)

// data takes a Secret or a ConfigMap in, and the configuration of Dex that may be in
// it.
func (f *found) data(o object, text []byte) error {
	var content struct {
		Data       map[string]string `json:"data"`
		StringData map[string]string `json:"stringData"`
	}
	if err := decode(text, &content); err != nil {
		return err
	}
	values := map[string]string{}
	for key, value := range content.Data {
		if o.Kind == "Secret" {
			plain, err := base64.StdEncoding.DecodeString(value)
			if err != nil {
				return fmt.Errorf("the value under data.%s is no base64", report.Quote(key))
			}
			value = string(plain)
		}
		values[key] = value
	}
	maps.Copy(values, content.StringData)
	if o.Kind == "Secret" {
		f.secrets[f.namespace(o.Metadata.Namespace)+"/"+o.Metadata.Name] = secret{values}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if !strings.Contains(values[key], "staticClients") && !speaksOfDex.MatchString(values[key]) {
			continue
		}
		if err := f.dexConfig([]byte(values[key])); err != nil {
			f.unreadable = append(f.unreadable, fmt.Sprintf("%s: the configuration of Dex under %s is not read: %v",
				describe(o.Kind, f.namespace(o.Metadata.Namespace), o.Metadata.Name), report.Quote(key), err))
		}
	}
	return nil
}

// speaksOfDex finds a configuration without clients.
var speaksOfDex = regexp.MustCompile(`(?m)^("?)connectors"?:`)
