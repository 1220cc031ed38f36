package serverspec

import oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"

// TakesGrants reports whether, by the operator's last count, there is room for one
// more Grant of the client with the given UID.
func (s Settings) TakesGrants(counted *oauthv1alpha1.SessionsStatus, clientUID string) bool {
	if counted == nil {
		return true
	}
	if counted.Grants >= s.MaxGrants {
		return false
	}
	for _, c := range counted.FullClients {
		if c.UID == clientUID && c.Grants >= s.MaxGrantsPerClient {
			return false
		}
	}
	return true
}
