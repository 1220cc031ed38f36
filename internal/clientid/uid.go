package clientid

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"k8s.io/apimachinery/pkg/types"
)

// documentPrefix begins the UID of every client with a metadata document. The UIDs of
// Kubernetes are UUIDs, so no OAuthClient has such a UID.
const documentPrefix = "cimd-"

// UID is the UID of a client: that of its OAuthClient, or one that follows from its ID.
type UID types.UID

// OfDocument returns the UID of the client whose ID is the URL of a metadata document. It is
// the same at every replica and whatever the document says.
func OfDocument(id string) UID { return digest(id) }

// OfSigningDocument returns the UID of the same client if its document says that it signs
// assertions: what was issued to a client that authenticates is of no use without that.
func OfSigningDocument(id string) UID { return digest(id + "\x00private_key_jwt") }

func digest(text string) UID {
	sum := sha256.Sum256([]byte(text))
	return UID(documentPrefix + hex.EncodeToString(sum[:16]))
}

// Virtual reports whether the client has no OAuthClient.
func (u UID) Virtual() bool {
	return strings.HasPrefix(string(u), documentPrefix) || u.Registered()
}
