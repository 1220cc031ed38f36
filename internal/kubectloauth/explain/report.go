package explain

import (
	"fmt"
	"io"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
)

// sections are what is printed of a client.
type sections struct {
	title                                     string
	belonging, refused, allowed, leftOut, not []string
}

func report(object *oauthv1alpha1.OAuthClient, x clientspec.Explanation, unknown []string) sections {
	s := sections{title: fmt.Sprintf("OAuthClient %s/%s", object.Namespace, object.Name), not: unknown}
	refused := map[string]bool{}
	for _, refusal := range x.Refusals {
		refused[refusal.Reason] = true
		s.refused = append(s.refused, refusal.Reason+": "+refusal.Message)
	}
	if x.Unwanted != nil {
		s.leftOut = append(s.leftOut, x.Unwanted.Message)
	}
	if x.Server == nil {
		return s
	}
	s.belonging = belonging(object, x)
	for _, decision := range decisions {
		if anyOf(refused, decision.reasons) {
			continue
		}
		if sentence := decision.allowed(object, x); sentence != "" {
			s.allowed = append(s.allowed, sentence)
		}
	}
	return s
}

func anyOf(refused map[string]bool, reasons []string) bool {
	for _, reason := range reasons {
		if refused[reason] {
			return true
		}
	}
	return false
}

func (s sections) write(w io.Writer) error {
	if _, err := fmt.Fprintln(w, s.title); err != nil {
		return err
	}
	for _, part := range []struct {
		heading string
		lines   []string
	}{
		{"", s.belonging}, {"Refused", s.refused}, {"Left out", s.leftOut}, {"Allowed", s.allowed}, {"Not known", s.not},
	} {
		if part.heading != "" && len(part.lines) > 0 {
			if _, err := fmt.Fprintln(w, part.heading+":"); err != nil {
				return err
			}
		}
		for _, line := range part.lines {
			if _, err := fmt.Fprintln(w, "  "+cli.Plain(line)); err != nil {
				return err
			}
		}
	}
	return nil
}
