package ui

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"

	"github.com/grantor-dev/grantor/server/texts"
)

// Look says whose the pages are, and in which colour.
type Look struct {
	Words
	// Languages have what differs in a language; what is empty there is as in Words.
	Languages map[texts.Language]Words
	// Logo is the server's; nil for none.
	Logo *Logo
	// Color is that of links and buttons, such as "#0b57d0"; empty for the default. It is
	// changed as far as it takes to be read.
	Color string
}

// Words are the texts of a Look.
type Words struct {
	// Name is that of the organization or the service.
	Name string
	// Sentence is for users who sign in.
	Sentence string
	// HelpURI and PrivacyURI are links at the end of every page.
	HelpURI, PrivacyURI string
}

// in returns the look in a language.
func (k *Look) in(l texts.Language) Look {
	out, local := *k, k.Languages[l]
	out.Words = Words{
		cmp.Or(local.Name, k.Name), cmp.Or(local.Sentence, k.Sentence), cmp.Or(local.HelpURI, k.HelpURI), cmp.Or(local.PrivacyURI, k.PrivacyURI),
	}
	return out
}

// Logo is an image that this server serves itself, so that no other learns who signs in.
type Logo struct {
	contentType string
	content     []byte
	name        string
}

// extensions are the types that a logo can have. What an image of the type SVG says beyond its
// shapes does not count: it is shown as an image, and opened by itself it may load nothing.
var extensions = map[string]string{
	"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/svg+xml": ".svg",
}

// NewLogo returns a logo, nil for a type that pages do not show.
func NewLogo(contentType string, content []byte) *Logo {
	extension, ok := extensions[contentType]
	if !ok || len(content) == 0 {
		return nil
	}
	sum := sha256.Sum256(content)
	return &Logo{contentType, content, logoPrefix + hex.EncodeToString(sum[:8]) + extension}
}
