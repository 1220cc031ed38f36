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
	// enrollments are those of users of providers; how many OAuthUsers there are, their
	// administrators decide.
	enrollments int64
}

func (all counts) add(r record)      { all.change(r, 1) }
func (all counts) subtract(r record) { all.change(r, -1) }

func (all counts) change(r record, by int64) {
	t := all[r.namespace]
	if t == nil {
		t = &tally{kinds: map[string]int64{}, clients: map[string]*oauthv1alpha1.FullClient{}}
		all[r.namespace] = t
	}
	t.kinds[r.kind] += by
	if r.kind == "Enrollment" && r.provider != "" {
		t.enrollments += by
	}
	if r.clientUID == "" || r.kind == "Consent" || r.kind == "Approval" {
		return
	}
	c := t.clients[r.clientUID]
	if c == nil {
		c = &oauthv1alpha1.FullClient{UID: r.clientUID}
		t.clients[r.clientUID] = c
	}
	if r.kind == "Mark" {
		c.Marks += by
		return
	}
	c.ClientID = r.clientID
	c.Grants += by
}

// maxFull is how many clients a status names.
const maxFull = 64

// status returns what is counted for a server; nil where there is nothing.
func (all counts) status(server *oauthv1alpha1.OAuthServer) *oauthv1alpha1.SessionsStatus {
	t := all[server.Namespace]
	if t == nil {
		return nil
	}
	s := &oauthv1alpha1.SessionsStatus{
		Grants: t.kinds["Grant"], Logins: t.kinds["Login"], Consents: t.kinds["Consent"], Marks: t.kinds["Mark"], Approvals: t.kinds["Approval"],
		Connections: t.kinds["Connection"], Persons: t.kinds["Person"], Enrollments: t.enrollments,
	}
	if s.Grants+s.Logins+s.Consents+s.Marks+s.Approvals+s.Connections+s.Persons+s.Enrollments == 0 {
		return nil
	}
	bounds := serverspec.Of(server).Bounds
	for client := range maps.Values(t.clients) {
		if grants, marks := bounds.IsFull(s, *client); grants || marks {
			s.FullClients = append(s.FullClients, *client)
		}
	}
	slices.SortFunc(s.FullClients, func(a, b oauthv1alpha1.FullClient) int {
		return cmp.Or(cmp.Compare(b.Grants+b.Marks, a.Grants+a.Marks), cmp.Compare(a.UID, b.UID))
	})
	s.FullClients = s.FullClients[:min(len(s.FullClients), maxFull)]
	return s
}
