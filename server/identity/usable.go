package identity

import "unicode/utf8"

const (
	// maxUsername is what the schema of OAuthUsers allows, in characters.
	maxUsername = 128
	// maxPassword is in bytes.
	maxPassword = 1024
)

// Usable reports whether the name and the password of an attempt can belong to a user of any
// source. Sources refuse others before they do anything else.
func (a *Attempt) Usable() bool {
	return a.Username != "" && utf8.ValidString(a.Username) && utf8.RuneCountInString(a.Username) <= maxUsername &&
		a.Password != "" && len(a.Password) <= maxPassword
}
