package migrate

import (
	"cmp"
	"errors"

	"github.com/grantor-dev/grantor/internal/documents"
	"github.com/grantor-dev/grantor/internal/migrate/dexconnectors"
	"github.com/grantor-dev/grantor/internal/migrate/report"
	"github.com/grantor-dev/grantor/internal/migrate/values"
)

// Options are what no input says.
type Options struct {
	// Namespace of the clients whose input names none.
	Namespace string
	// ServerNamespace is where the OAuthServer is, beside which a client may have any
	// client ID.
	ServerNamespace string
	// ServerName is that of the OAuthServer; default default.
	ServerName string
}

// Result is what became of the input.
type Result struct {
	// Manifests are Secrets, OAuthClients and OAuthIdentityProviders.
	Manifests []map[string]any
	// Lost are sentences about what could not be kept.
	Lost []string
	// ToDo are sentences about what is left to do.
	ToDo []string
}

// errNothing says that the input holds no client.
var errNothing = errors.New("the input holds neither an OAuth2Client of hydra-maester nor a client or connector of Dex")

// Convert reads all input and returns the manifests of all clients in it. An error
// means that the input is not what it should be, and says where.
func Convert(inputs []documents.Input, o Options) (Result, error) {
	o.ServerName = cmp.Or(o.ServerName, "default")
	found := &found{secrets: map[string]secret{}, options: o}
	for _, input := range inputs {
		if err := input.Each(found.document); err != nil {
			return Result{}, err
		}
	}
	if len(found.hydra)+len(found.dex)+len(found.connectors) == 0 {
		if len(found.unreadable) > 0 {
			return Result{}, errors.New(found.unreadable[0])
		}
		return Result{}, errNothing
	}
	notes := &report.Report{Lost: found.unreadable}
	clients := append(fromHydra(found, notes), fromDex(found, notes)...)
	w := newWriter(found, notes)
	for _, c := range clients {
		w.write(c)
	}
	w.catalogue()
	w.manifests = append(w.manifests, dexconnectors.Convert(found.connectors, dexconnectors.Options{
		ServerNamespace: o.ServerNamespace, ServerName: o.ServerName,
		SecretName: func(name string) string { return values.Free(w.secrets, o.ServerNamespace, name) },
	}, notes)...)
	for _, ignored := range found.ignored {
		notes.Todof("%s is no client; it is left out", ignored)
	}
	return Result{Manifests: w.manifests, Lost: notes.Lost, ToDo: notes.ToDo}, nil
}
