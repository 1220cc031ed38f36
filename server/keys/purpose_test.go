package keys_test

import (
	"errors"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/keys"
)

var everyPurpose = []keys.Purpose{
	keys.PurposeAccessToken, keys.PurposeMarkName, keys.PurposeCode, keys.PurposeRefreshToken, keys.PurposeGrant,
	keys.PurposeLogin, keys.PurposeLoginCookie, keys.PurposeFlow, keys.PurposeConsent, keys.PurposeConsentName,
	keys.PurposeSubjectLabel, keys.PurposeRefreshTokenForm, keys.PurposeKnownBrowser, keys.PurposeClientID, keys.PurposeClientSecret,
	keys.PurposeRegistrationName, keys.PurposeRegistrationToken, keys.PurposeDerivedSecret,
}

func TestNothingMadeForOnePurposeCountsForAnother(t *testing.T) {
	set := setOf(t, ring(t, time.Now()))
	names := map[string]keys.Purpose{}
	for _, made := range everyPurpose {
		sealed, mac := set.Seal(made, "context", []byte("content")), set.MAC(made, "part")
		for _, used := range everyPurpose {
			if _, err := set.Open(used, "context", sealed); (err == nil) != (made == used) {
				t.Errorf("sealed for %s and opened for %s: %v", made, used, err)
			}
			if set.VerifyMAC(used, mac, "part") != (made == used) {
				t.Errorf("authenticated for %s and asked for %s", made, used)
			}
		}
		name := set.Names(made, "x")[0]
		if other, taken := names[name]; taken {
			t.Errorf("%s and %s give one name", made, other)
		}
		names[name] = made
	}
}

// The context is authenticated, so a sealed thing cannot be moved to another
// place of the same purpose.
func TestWhatIsSealedStaysInItsContext(t *testing.T) {
	set := setOf(t, ring(t, time.Now()))
	for _, purpose := range everyPurpose {
		sealed := set.Seal(purpose, "one", []byte("content"))
		if _, err := set.Open(purpose, "two", sealed); !errors.Is(err, keys.ErrNotSealed) {
			t.Errorf("%s in another context: %v", purpose, err)
		}
	}
}
