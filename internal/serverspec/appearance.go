package serverspec

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Appearance says who the pages belong to and which colour they have.
type Appearance struct {
	// LogoType is the media type of the image Logo; empty for none.
	LogoType string
	Logo     []byte
	// Color is as in the OAuthServer; empty for the default.
	Color string
	AppearanceWords
	// Translations are what differs in a language.
	Translations map[string]AppearanceWords
}

// AppearanceWords are the texts of an Appearance.
type AppearanceWords struct{ Name, Sentence, HelpURI, PrivacyURI string }

func appearanceOf(spec *oauthv1alpha1.OAuthServerSpec) Appearance {
	said := spec.Login.Appearance
	if said == nil {
		said = &oauthv1alpha1.ServerAppearance{}
	}
	out := Appearance{Color: said.Color, AppearanceWords: AppearanceWords{
		Name: cmp.Or(said.Name, hostOf(spec.Issuer)), Sentence: said.Sentence, HelpURI: string(said.HelpURI), PrivacyURI: string(said.PrivacyURI),
	}, Translations: map[string]AppearanceWords{}}
	out.LogoType, out.Logo = parseLogo(said.Logo)
	for _, t := range said.Translations {
		out.Translations[t.Language] = AppearanceWords{t.Name, t.Sentence, string(t.HelpURI), string(t.PrivacyURI)}
	}
	return out
}

func hostOf(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return ""
	}
	return u.Host
}

// parseLogo reads a data URI as the schema has it. It returns nothing for what is not one.
func parseLogo(uri string) (mediaType string, content []byte) {
	head, data, ok := strings.Cut(uri, ";base64,")
	mediaType, isData := strings.CutPrefix(head, "data:")
	if !ok || !isData {
		return "", nil
	}
	content, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return "", nil
	}
	return mediaType, content
}
