package sweeper

import (
	"cmp"
	"maps"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// counts are the numbers of objects by namespace.
type counts map[string]*tally

// tally is the numbers of objects of one namespace.
type tally struct {
	kinds   map[string]int64
	clients map[string]*oauthv1alpha1.FullClient
}

func (c counts) add(r record)      { c.change(r, 1) }
func (c counts) subtract(r record) { c.change(r, -1) }

func (c counts) change(r record, by int64) {
	t := c[r.namespace]
	if t == nil {
		t = &tally{kinds: map[string]int64{}, clients: map[string]*oauthv1alpha1.FullClient{}}
		c[r.namespace] = t
	}
	t.kinds[r.kind] += by
	if r.kind != "Grant" {
		return
	}
	if t.clients[r.clientUID] == nil {
		t.clients[r.clientUID] = &oauthv1alpha1.FullClient{UID: r.clientUID, ClientID: r.clientID}
	}
	t.clients[r.clientUID].Grants += by
}

// maxFull is how many clients a status names.
const maxFull = 64

// status returns what is counted for a server; nil where there is nothing.
func (c counts) status(server *oauthv1alpha1.OAuthServer) *oauthv1alpha1.SessionsStatus {
	t := c[server.Namespace]
	if t == nil {
		return nil
	}
	s := &oauthv1alpha1.SessionsStatus{
		Grants: t.kinds["Grant"], Logins: t.kinds["Login"], Consents: t.kinds["Consent"], Marks: t.kinds["Mark"],
	}
	if s.Grants+s.Logins+s.Consents+s.Marks == 0 {
		return nil
	}
	most := serverspec.Of(server).MaxGrantsPerClient
	for client := range maps.Values(t.clients) {
		if client.Grants >= most {
			s.FullClients = append(s.FullClients, *client)
		}
	}
	slices.SortFunc(s.FullClients, func(a, b oauthv1alpha1.FullClient) int {
		return cmp.Or(cmp.Compare(b.Grants, a.Grants), cmp.Compare(a.UID, b.UID))
	})
	s.FullClients = s.FullClients[:min(len(s.FullClients), maxFull)]
	return s
}
