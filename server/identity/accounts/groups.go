package accounts

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

const (
	// maxGroups is how many groups of a user are taken over.
	maxGroups = 128
	// maxGroup is the length of the name of a group, in bytes, as in an OAuthUser.
	maxGroup = 256
)

// groups returns the groups that are taken over, with their prefix.
func groups(p *oauthv1alpha1.OAuthIdentityProvider, theirs []string) []string {
	rule := p.Spec.Claims.Groups
	if rule == nil {
		return []string{}
	}
	prefix := p.Name + ":"
	if rule.Prefix != nil {
		prefix = *rule.Prefix
	}
	out := []string{}
	for _, group := range theirs {
		if name := prefix + group; len(name) <= maxGroup && named(group) && allowed(rule.Allow, group) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), maxGroups)]
}

// named reports whether a text can be the name of a group.
func named(group string) bool {
	return group != "" && utf8.ValidString(group) && !strings.ContainsFunc(group, unicode.IsControl)
}

// allowed reports whether one of some patterns, which may have a *, is that of a group.
func allowed(patterns []string, group string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		before, after, star := strings.Cut(pattern, "*")
		if !star {
			return pattern == group
		}
		return len(group) >= len(before)+len(after) && strings.HasPrefix(group, before) && strings.HasSuffix(group, after)
	})
}

// Relevant returns the groups of an account that a rule of the provider mentions, the first ones
// in alphabetical order: others need not be stored.
func Relevant(p *oauthv1alpha1.OAuthIdentityProvider, theirs []string) []string {
	var admitting, taken []string
	for _, group := range theirs {
		if len(group) > maxGroup || !named(group) {
			continue
		}
		if p.Spec.Admit != nil && slices.Contains(p.Spec.Admit.Groups, group) {
			admitting = append(admitting, group)
		}
		if p.Spec.Claims.Groups != nil && allowed(p.Spec.Claims.Groups.Allow, group) {
			taken = append(taken, group)
		}
	}
	slices.SortFunc(taken, cmp.Compare)
	taken = slices.Compact(taken)
	out := append(taken[:min(len(taken), maxGroups)], admitting...)
	slices.Sort(out)
	return slices.Compact(out)
}
