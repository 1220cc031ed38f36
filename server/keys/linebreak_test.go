package keys_test

import (
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/keys"
)

// Strict decoding of package encoding/base64 still skips line breaks.
func TestLineBreaksAreNoPartOfWhatWasSealedOrSigned(t *testing.T) {
	set := setOf(t, ring(t, time.Now()))
	sealed := set.Seal(keys.PurposeAccessToken, "issuer", []byte("content"))
	token, err := set.Signer().Sign(keys.TypeAccessToken, []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	for _, white := range []string{"\n", "\r", "\r\n"} {
		if _, err := set.Open(keys.PurposeAccessToken, "issuer", sealed[:20]+white+sealed[20:]); err == nil {
			t.Errorf("sealed text opens with %q in it", white)
		}
		if _, err := set.Verify(keys.TypeAccessToken, token+white); err == nil {
			t.Errorf("a signature verifies with %q behind it", white)
		}
	}
}
