package clientspec

import (
	"fmt"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// conflict refuses a client whose ID belongs to an older client of the same
// server. A claimant that breaks another rule holds nothing, else every
// tenant that may create a client could block any ID; a suspended one keeps its ID.
func conflict(c Candidate, server *oauthv1alpha1.OAuthServer, inputs Inputs) *Refusal {
	for _, rival := range inputs.Claimants {
		if rival.Client.UID == c.Client.UID || rival.Client.DeletionTimestamp != nil || rival.Client.ClientID() != c.Client.ClientID() {
			continue
		}
		if !older(&rival.Client.ObjectMeta, &c.Client.ObjectMeta) {
			continue
		}
		if other, refusal := accept(rival, inputs); refusal != nil || other.server.UID != server.UID {
			continue
		}
		return refuse(oauthv1alpha1.ReasonClientIDConflict, conflictMessage(c, rival))
	}
	return nil
}

// conflictMessage names the rival only to its own namespace.
func conflictMessage(c, rival Candidate) string {
	who := "an older OAuthClient in another namespace"
	if rival.Client.Namespace == c.Client.Namespace {
		who = fmt.Sprintf("the older OAuthClient %q", rival.Client.Name)
	}
	return fmt.Sprintf("Client ID %q belongs to %s. Create the client again with another spec.clientID.", c.Client.ClientID(), who)
}
