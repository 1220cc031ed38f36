package ldap

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"
)

const (
	// maxGroups is how many groups of a user are read.
	maxGroups = 1000
	// atOnce is how many groups one search looks for the groups of.
	atOnce = 50
)

// errGroups says that a user has more groups than are read.
var errGroups = errors.New("directory: the user is in more than 1,000 groups; ldap.groups.filter must find fewer")

// groups returns the names of the groups of a user.
func (d *Directory) groups(ctx context.Context, dn, username string) ([]string, error) {
	g := d.spec.Groups
	if g == nil {
		return nil, nil
	}
	names, seen, members := map[string]bool{}, map[string]bool{}, []string{dn}
	for range 1 + g.Nested {
		var next []string
		for some := range slices.Chunk(members, atOnce) {
			found, err := d.search(ctx, g.Base, d.ofAny(some, username), maxGroups, string(g.Name))
			if errors.Is(err, errTooMany) {
				return nil, errGroups
			}
			if err != nil {
				return nil, err
			}
			for _, group := range found {
				// Groups can be in each other.
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
		members = next
		if !strings.Contains(g.Filter, dnPlace) {
			// The groups of a username are the same again.
			break
		}
	}
	return slices.Sorted(maps.Keys(names)), nil
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

// name notes the name of a group. One of several values is the first in the alphabet, since
// directories have no order.
func (d *Directory) name(group *ldap.Entry, names map[string]bool) {
	values := slices.DeleteFunc(slices.Clone(group.GetEqualFoldAttributeValues(string(d.spec.Groups.Name))), func(text string) bool { return !line(text) })
	if len(values) > 0 {
		names[slices.Min(values)] = true
	}
}
