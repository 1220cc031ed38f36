package serverspec

import (
	"cmp"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// CountInterval is the longest time between two counts of session objects by the operator.
// For this time each replica of a server is given a part of what is free.
const CountInterval = 10 * time.Minute

// Bounds are how many session objects there may be.
type Bounds struct {
	// MaxGrants, MaxLogins and MaxMarks are how many objects of a kind the server keeps.
	MaxGrants, MaxLogins, MaxMarks int64
	// MaxGrantsPerClient is how many Grants each client may have, MaxGrantsPerUser how many
	// of them are one user's, and MaxLoginsPerUser how many Logins each user may have.
	MaxGrantsPerClient, MaxGrantsPerUser, MaxLoginsPerUser int64
}

func boundsOf(spec oauthv1alpha1.ServerSessions) Bounds {
	grants := cmp.Or(spec.MaxGrants, 100_000)
	return Bounds{
		MaxGrants: grants, MaxLogins: cmp.Or(spec.MaxLogins, grants), MaxMarks: cmp.Or(spec.MaxMarks, grants),
		MaxGrantsPerClient: cmp.Or(spec.MaxGrantsPerClient, 50_000),
		MaxGrantsPerUser:   cmp.Or(spec.MaxGrantsPerUser, 50),
		MaxLoginsPerUser:   cmp.Or(spec.MaxLoginsPerUser, 20),
	}
}

// clientsOfUser is how many clients a user can have all Grants of, and Consents.
const clientsOfUser = 10

// MaxOfUser is how many Grants of all clients together, and how many Consents, each user
// may have.
func (b Bounds) MaxOfUser() int64 { return clientsOfUser * b.MaxGrantsPerUser }

// GrantsPerClient returns how many Grants a client may have while there are so many in all.
func (b Bounds) GrantsPerClient(all int64) int64 {
	return share(b.MaxGrantsPerClient, b.MaxGrants, all)
}

// MarksPerClient returns how many Marks a client may have while there are so many in all.
func (b Bounds) MarksPerClient(all int64) int64 {
	return share(max(b.MaxMarks/5, 1), b.MaxMarks, all)
}

// share is what one client may have of what all may have. The last tenth is for those who
// have less than a twentieth.
func share(client, server, all int64) int64 {
	if all < server-server/10 {
		return client
	}
	return min(client, max(server/20, 1))
}

// IsFull reports whether a client gets no more Grants, and no more Marks, as counted.
func (b Bounds) IsFull(counted *oauthv1alpha1.SessionsStatus, c oauthv1alpha1.FullClient) (grants, marks bool) {
	return c.Grants >= b.GrantsPerClient(counted.Grants), c.Marks >= b.MarksPerClient(counted.Marks)
}

// Full reports by the operator's last count whether the client with the given UID gets no
// more Grants, and no more Marks.
func (b Bounds) Full(counted *oauthv1alpha1.SessionsStatus, clientUID string) (grants, marks bool) {
	if counted == nil {
		return false, false
	}
	for _, c := range counted.FullClients {
		if c.UID == clientUID {
			return b.IsFull(counted, c)
		}
	}
	return false, false
}
