package clientpolicy

import (
	"net/netip"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// placeholder stands for the client's namespace in a pattern.
const placeholder = "{namespace}"

// matches reports whether a pattern, which may end in a star, matches a value.
func matches(pattern, value, namespace string) bool {
	// The star is looked for before a namespace is filled in, so that no namespace can
	// bring one.
	prefix, wild := strings.CutSuffix(pattern, "*")
	prefix = strings.ReplaceAll(prefix, placeholder, namespace)
	return value == prefix && !wild || wild && strings.HasPrefix(value, prefix)
}

// matchesHost reports whether a pattern matches what HostOf returned. A leading star
// stands for one or more whole labels, a star alone for everything.
func matchesHost(pattern, host, namespace string) bool {
	if pattern == "*" {
		return true
	}
	if host == "" {
		return false
	}
	suffix, wild := strings.CutPrefix(pattern, "*")
	suffix = strings.ReplaceAll(suffix, placeholder, namespace)
	if wild {
		return len(host) > len(suffix) && strings.HasSuffix(host, suffix) && host[0] != '['
	}
	return host == literal(suffix)
}

// HostOf returns the host of a redirect URI or an origin in lower case, without its
// port; of a URI with a private scheme, the scheme with its colon. It returns "" for
// what browsers may read in another way than we do.
func HostOf(uri string) string {
	rest, web := strings.CutPrefix(uri, "https://")
	if !web {
		rest, web = strings.CutPrefix(uri, "http://")
	}
	if !web {
		scheme, _, ok := strings.Cut(uri, ":")
		if !ok || strings.ContainsFunc(scheme, not("abcdefghijklmnopqrstuvwxyz0123456789+-.")) {
			return ""
		}
		return scheme + ":"
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	host, port, _ := strings.Cut(rest, ":")
	if end := strings.LastIndexByte(rest, ']'); end >= 0 {
		host, port = rest[:end+1], strings.TrimPrefix(rest[end+1:], ":")
	}
	if host = literal(strings.ToLower(host)); host == "" || strings.ContainsFunc(port, not("0123456789")) {
		return ""
	}
	if host[0] != '[' && strings.ContainsFunc(host, not("abcdefghijklmnopqrstuvwxyz0123456789-._")) {
		return ""
	}
	return host
}

// literal returns a host, and an IPv6 address in the one way in which it is usually
// written. It returns "" for a broken address.
func literal(host string) string {
	inside, ok := strings.CutPrefix(host, "[")
	if !ok {
		return host
	}
	inside, closed := strings.CutSuffix(inside, "]")
	address, err := netip.ParseAddr(inside)
	if err != nil || !closed || address.Zone() != "" {
		return ""
	}
	return "[" + address.String() + "]"
}

func not(allowed string) func(rune) bool {
	return func(r rune) bool { return !strings.ContainsRune(allowed, r) }
}

// selects reports whether a selector matches labels. Unlike the selector of
// Kubernetes it has an answer for keys and values that no label can have: no object
// has them. An operator that is not known matches nothing.
func selects(selector *metav1.LabelSelector, labels map[string]string) bool {
	for key, value := range selector.MatchLabels {
		if present, ok := labels[key]; !ok || present != value {
			return false
		}
	}
	for i := range selector.MatchExpressions {
		if !satisfies(&selector.MatchExpressions[i], labels) {
			return false
		}
	}
	return true
}

func satisfies(e *metav1.LabelSelectorRequirement, labels map[string]string) bool {
	value, there := labels[e.Key]
	switch e.Operator {
	case metav1.LabelSelectorOpIn:
		return there && slices.Contains(e.Values, value)
	case metav1.LabelSelectorOpNotIn:
		return !there || !slices.Contains(e.Values, value)
	case metav1.LabelSelectorOpExists:
		return there
	case metav1.LabelSelectorOpDoesNotExist:
		return !there
	default:
		return false
	}
}
