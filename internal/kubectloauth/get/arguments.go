package get

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/sessions"
)

// kindOf finds a kind by its name in one or many.
func kindOf(text string) (*sessions.Kind, bool) {
	for _, kind := range sessions.Kinds() {
		if text = strings.ToLower(text); text == kind.Resource || text+"s" == kind.Resource {
			return kind, true
		}
	}
	return nil, false
}

func names() []string {
	var out []string
	for _, kind := range sessions.Kinds() {
		out = append(out, kind.Resource)
	}
	return out
}

func arguments(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cli.Usagef("say what to show: %s", strings.Join(names(), ", "))
	}
	if _, known := kindOf(args[0]); !known {
		return cli.Usagef("%q is none of %s", args[0], strings.Join(names(), ", "))
	}
	if len(args) > 2 {
		return cli.Usagef("unexpected argument %q; see --help", args[2])
	}
	return nil
}

func completeKinds(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return names(), cobra.ShellCompDirectiveNoFileComp
}
