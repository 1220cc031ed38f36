package serverspec

import (
	"cmp"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
)

// Documents are the clients with metadata documents that a server accepts. A nil Documents
// accepts none.
type Documents struct {
	// Hosts are patterns of hosts. Others says that all other hosts are accepted as well.
	Hosts  []string
	Others bool
	// Scopes and Audiences are what the clients may ask for.
	Scopes, Audiences []string
	// Max is how many documents a replica keeps.
	Max int
}

const defaultDocuments = 1000

func documentsOf(spec *oauthv1alpha1.OAuthServerSpec) *Documents {
	from := spec.ClientMetadataDocuments
	if from == nil {
		return nil
	}
	d := &Documents{
		Others: from.Others == oauthv1alpha1.DocumentsOfOthersAfterSignIn,
		Max:    cmp.Or(int(from.MaxDocuments), defaultDocuments),
	}
	for _, host := range from.Hosts {
		d.Hosts = append(d.Hosts, string(host))
	}
	d.Scopes, d.Audiences = catalogued(spec, from.Scopes, from.Audiences)
	return d
}

// Lists reports whether a host is one of those that are named.
func (d *Documents) Lists(host string) bool {
	return d != nil && slices.ContainsFunc(d.Hosts, func(pattern string) bool { return clientid.Matches(pattern, host) })
}

// Accepts reports whether the client with an ID is accepted.
func (d *Documents) Accepts(id string) bool {
	if d == nil {
		return false
	}
	host, err := clientid.Host(id)
	return err == nil && (d.Others || d.Lists(host))
}
