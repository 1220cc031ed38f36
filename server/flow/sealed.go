package flow

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/ui"
)

// Page names what a form is for; a form is valid for nothing else.
type Page string

// The pages that have forms.
const (
	PageSignIn  Page = "sign-in"
	PageConsent Page = "consent"
	PageLogout  Page = "logout"
	PageAccount Page = "account"
	PageDevice  Page = "device"
	// PageFactor asks for a second factor, PageCodes shows recovery codes and leads on.
	PageFactor   Page = "factor"
	PageCodes    Page = "codes"
	PageSecurity Page = "security"
	PagePassword Page = "password"
	PageConnect  Page = "connect"
	// PageConnected waits for what became of a connection.
	PageConnected Page = "connected"
)

// Field is the name of the hidden field that carries what a form brings back.
const Field = "flow"

// sealedVersion is the version of a sealed form. Another is refused.
const sealedVersion = 1

// Sealed is what every form brings back: it is for one page, one browser and some time.
// Another browser that is made to send it is refused, so it also protects from forged
// requests.
type Sealed struct {
	Version int `json:"v"`
	// Browser is the digest of one of the browser's marks.
	Browser []byte `json:"b"`
	// Expires is when the page has expired, in milliseconds since 1970.
	Expires int64 `json:"e"`
}

func (s *Sealed) sealed() *Sealed { return s }

// Form is what a page's form brings back. It embeds Sealed.
type Form interface{ sealed() *Sealed }

// Fields returns the hidden field of a page's form.
func (v *Visit) Fields(at Page, f Form) ([]ui.Field, error) {
	sealed, err := v.Seal(at, f)
	if err != nil {
		return nil, err
	}
	return []ui.Field{{Name: Field, Value: sealed}}, nil
}

// Seal returns the value of a form's field.
func (v *Visit) Seal(at Page, f Form) (string, error) {
	s := v.visits
	*f.sealed() = Sealed{sealedVersion, digest(v.mark()), s.Now().Add(s.Settings().PageLifetime).UnixMilli()}
	plain, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("encode form: %w", err)
	}
	return v.Set.Seal(keys.PurposeFlow, s.context(at), plain), nil
}

// Open reads what a form brought back into f. Its errors are for the user.
func (v *Visit) Open(at Page, form url.Values, f Form) error {
	plain, err := v.Set.Open(keys.PurposeFlow, v.visits.context(at), form.Get(Field))
	if err != nil || json.Unmarshal(plain, f) != nil || f.sealed().Version != sealedVersion {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "This page is not valid. Go back to the application and start again.")
	}
	if !v.visits.Now().Before(time.UnixMilli(f.sealed().Expires)) {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "This page has expired. Go back to the application and start again.")
	}
	if len(v.marks) == 0 {
		return Forbidden("Your browser did not send the cookie of this page. Allow cookies for this address, go back to the application and start again.")
	}
	if !slices.ContainsFunc(v.marks, func(mark string) bool { return subtle.ConstantTimeCompare(f.sealed().Browser, digest(mark)) == 1 }) {
		return Forbidden("This page belongs to another browser. Go back to the application and start again.")
	}
	return nil
}

// Forbidden is the error of a form that is not the user's.
func Forbidden(description string) *httpx.Error {
	return &httpx.Error{Code: httpx.CodeAccessDenied, Description: description, Status: http.StatusForbidden}
}

func (s *Visits) context(at Page) string { return s.Issuer() + "\x00" + string(at) }

func digest(mark string) []byte {
	sum := sha256.Sum256([]byte(mark))
	return sum[:16]
}
