package ldap

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"github.com/grantor-dev/grantor/server/identity/upstream"
)

const (
	// maxGroups is how many groups of a user are read.
	maxGroups = 1000
	// atOnce is for how many groups one search looks for their groups.
	atOnce = 50
)

// errGroups says that a user has more groups than the server reads, or than the directory
// returns to bindDN.
var errGroups = errors.New("directory: the search finds more than 1,000 groups of the user, or more than the directory returns at once; " +
	"ldap.groups.filter must find fewer")

// groups returns the names of the groups of a user.
func (d *Directory) groups(ctx context.Context, dn, username string) ([]string, error) {
	g := d.spec.Groups
	if g == nil {
		return nil, nil
	}
	names, seen, members := map[string]bool{}, map[string]bool{}, []string{dn}
	for range 1 + g.Nested {
		next, err := d.groupsOf(ctx, members, username, seen, names)
		if err != nil {
			return nil, err
		}
		members = next
		if !strings.Contains(g.Filter, dnPlace) {
			// The groups of a username are the same again.
			break
		}
	}
	return slices.Sorted(maps.Keys(names)), nil
}

// groupsOf notes the names of the groups that some entries are in, and returns those that were
// not seen before: groups can be in each other.
func (d *Directory) groupsOf(ctx context.Context, members []string, username string, seen, names map[string]bool) (next []string, err error) {
	g := d.spec.Groups
	for some := range slices.Chunk(members, atOnce) {
		found, err := d.search(ctx, g.Base, d.ofAny(some, username), maxGroups, string(g.Name))
		if errors.Is(err, errTooMany) {
			return nil, errGroups
		}
		if err != nil {
			return nil, err
		}
		for _, group := range found {
			if key := strings.ToLower(group.DN); !seen[key] {
				seen[key] = true
				next = append(next, group.DN)
				d.name(group, names)
			}
		}
		if len(seen) > maxGroups {
			return nil, errGroups
		}
	}
	return next, nil
}

// ofAny returns a filter that finds the groups of any of some entries.
func (d *Directory) ofAny(entries []string, username string) string {
	if username == "" {
		// No group has a member without a name.
		username = "\x00"
	}
	var filter strings.Builder
	filter.WriteString("(|")
	for _, dn := range entries {
		filter.WriteString(fill(d.spec.Groups.Filter, dnPlace, dn, usernamePlace, username))
	}
	filter.WriteString(")")
	return filter.String()
}

// name notes the name of a group. If it has several values, the one in the DN of the entry is
// used: a user who can add a value to a group must not be able to give it the name of another
// one.
func (d *Directory) name(group *ldap.Entry, names map[string]bool) {
	attribute := string(d.spec.Groups.Name)
	values := group.GetEqualFoldAttributeValues(attribute)
	if len(values) > 1 {
		values = inName(group.DN, attribute)
	}
	if len(values) == 1 && upstream.Line(values[0]) {
		names[values[0]] = true
	}
}

// inName returns the values of an attribute in the first part of the name of an entry.
func inName(dn, attribute string) (values []string) {
	parsed, err := ldap.ParseDN(dn)
	if err != nil || len(parsed.RDNs) == 0 {
		return nil
	}
	for _, part := range parsed.RDNs[0].Attributes {
		if strings.EqualFold(part.Type, attribute) {
			values = append(values, part.Value)
		}
	}
	return values
}
