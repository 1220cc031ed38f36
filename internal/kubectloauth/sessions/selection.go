package sessions

import (
	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
)

// Selection is which sessions a command is about.
type Selection struct {
	User, Client string
	Everywhere   bool
}

// Register adds the flags to a command.
func (s *Selection) Register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.User, "user", "", "name of an OAuthUser, or a subject such as local:7ca4255d-79ec-4056-9ae2-4ea2e026d7fa")
	cmd.Flags().StringVar(&s.Client, "client", "", "client ID, such as shop.web")
	cmd.Flags().BoolVarP(&s.Everywhere, "all-namespaces", "A", false, "the sessions of all servers, in all namespaces")
}

// Check refuses a flag whose value is empty, as one from a variable that is not set: it would
// select everything.
func (s *Selection) Check(cmd *cobra.Command) error {
	for name, value := range map[string]string{"user": s.User, "client": s.Client} {
		if cmd.Flags().Changed(name) && value == "" {
			return cli.Usagef("--%s has no value", name)
		}
	}
	return nil
}

// Of reports whether a session is about the client.
func (s *Selection) Of(x Session) bool { return s.Client == "" || x.Client == s.Client }
