package dexconnectors

import (
	"regexp"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/migrate/report"
	"github.com/grantor-dev/grantor/internal/migrate/values"
)

// Connector is an identity provider in the configuration of Dex.
type Connector struct {
	Type   string         `json:"type"`
	ID     string         `json:"id"`
	Name   string         `json:"name"`
	Config map[string]any `json:"config"`
}

// Options are what no configuration of Dex says.
type Options struct {
	// ServerNamespace and ServerName are those of the OAuthServer.
	ServerNamespace, ServerName string
	// SecretName returns the name of a Secret, or a similar one that is not taken, and takes it.
	SecretName func(name string) string
}

// connecting turns one connector into an OAuthIdentityProvider.
type connecting struct {
	Connector

	options Options
	notes   *report.Report
	// manifests are the Secret and the OAuthIdentityProvider.
	manifests []map[string]any
	source    string
	// name is that of the object, and spec what it says.
	name string
	spec map[string]any
	// read are the fields of the configuration that were looked at.
	read map[string]bool
}

// connectors are the types of Dex that have an equivalent. Each reports whether it made one.
var connectors = map[string]func(*connecting) bool{
	"oidc": (*connecting).oidc, "google": (*connecting).google, "microsoft": (*connecting).microsoft, "gitlab": (*connecting).gitlab,
	"github": (*connecting).github, "ldap": (*connecting).ldap,
}

// Convert returns the manifests of all connectors.
func Convert(all []Connector, o Options, notes *report.Report) []map[string]any {
	taken := map[string]int{}
	var manifests []map[string]any
	for _, one := range all {
		c := &connecting{Connector: one, options: o, notes: notes, source: "connector " + report.Printable(one.ID) + " of Dex", read: map[string]bool{}}
		c.name = values.Free(taken, "", providerName(values.FirstOf(one.ID, one.Type)))
		manifests = append(manifests, c.convert()...)
	}
	return manifests
}

// convert returns the manifests of one connector.
func (c *connecting) convert() []map[string]any {
	c.spec = map[string]any{"serverName": c.options.ServerName}
	if name := strings.Join(strings.Fields(c.Name), " "); name != "" && len(name) <= 64 {
		c.spec["displayName"] = name
	}
	if c.Config == nil {
		c.Config = map[string]any{}
	}
	convert, known := connectors[c.Type]
	if !known {
		c.notes.Lostf("%s: it is of the type %s, which has no counterpart", c.source, report.Printable(c.Type))
		return nil
	}
	if !convert(c) {
		return c.manifests
	}
	c.rest()
	return append(c.manifests, map[string]any{
		"apiVersion": oauthv1alpha1.GroupVersion.String(), "kind": "OAuthIdentityProvider",
		"metadata": map[string]any{"namespace": c.options.ServerNamespace, "name": c.name}, "spec": c.spec,
	})
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// providerName makes the name of an OAuthIdentityProvider of an ID.
func providerName(id string) string {
	name := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(id), "-"), "-")
	if name == "" || name[0] < 'a' || name == "local" || name == "pairwise" {
		name = strings.Trim("idp-"+name, "-")
	}
	// There is room for a number behind it.
	if len(name) > 28 {
		name = strings.TrimRight(name[:28], "-")
	}
	return name
}
