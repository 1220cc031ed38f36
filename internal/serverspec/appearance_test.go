package serverspec

import (
	"reflect"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestAppearance(t *testing.T) {
	none := map[string]AppearanceWords{}
	for name, test := range map[string]struct {
		issuer string
		said   *oauthv1alpha1.ServerAppearance
		want   Appearance
	}{
		"nothing":              {"", nil, Appearance{Translations: none}},
		"the host":             {"https://id.example:8443/a", nil, Appearance{AppearanceWords: AppearanceWords{Name: "id.example:8443"}, Translations: none}},
		"the host, if no name": {"https://id.example", &oauthv1alpha1.ServerAppearance{Color: "#0b57d0"}, Appearance{Color: "#0b57d0", AppearanceWords: AppearanceWords{Name: "id.example"}, Translations: none}},
		"everything": {
			"https://id.example", &oauthv1alpha1.ServerAppearance{
				Name: "N", Logo: "data:image/svg+xml;base64,PHN2Zy8+", Color: "#0b57d0", Sentence: "S", HelpURI: "https://h.example", PrivacyURI: "https://p.example",
				Translations: []oauthv1alpha1.AppearanceTranslation{{Language: "de", Name: "N2", Sentence: "S2", HelpURI: "https://h2.example", PrivacyURI: "https://p2.example"}, {Language: "ja"}},
			},
			Appearance{
				LogoType: "image/svg+xml", Logo: []byte("<svg/>"), Color: "#0b57d0",
				AppearanceWords: AppearanceWords{"N", "S", "https://h.example", "https://p.example"},
				Translations:    map[string]AppearanceWords{"de": {"N2", "S2", "https://h2.example", "https://p2.example"}, "ja": {}},
			},
		},
	} {
		server := &oauthv1alpha1.OAuthServer{}
		server.Spec.Issuer, server.Spec.Login.Appearance = test.issuer, test.said
		if got := Of(server).Appearance; !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// What the schema would refuse is no logo.
func TestLogosThatAreNone(t *testing.T) {
	for _, uri := range []string{"", "https://example.com/a.png", "data:image/png,x", "data:image/png;base64,%", "image/png;base64,AAAA", "data:image/png;base64,AAA"} {
		if mediaType, content := parseLogo(uri); mediaType != "" || content != nil {
			t.Errorf("%q is %s %q", uri, mediaType, content)
		}
	}
}
