package ways

import (
	"slices"
	"testing"

	"github.com/grantor-dev/grantor/internal/providerspec"
	"github.com/grantor-dev/grantor/server/identity/providers"
)

var (
	corp  = &providers.Provider{Name: "corp", Settings: providerspec.Settings{Type: providerspec.TypeOIDC, DisplayName: "Corp"}}
	hub   = &providers.Provider{Name: "hub", Settings: providerspec.Settings{Type: providerspec.TypeOIDC, DisplayName: "Hub"}}
	staff = &providers.Provider{Name: "staff", Settings: providerspec.Settings{Type: providerspec.TypeLDAP, DisplayName: "Staff"}}
)

func lets(sources ...string) func(string) bool {
	return func(source string) bool { return len(sources) == 0 || slices.Contains(sources, source) }
}

func TestWays(t *testing.T) {
	for sentence, test := range map[string]struct {
		ways Ways
		// only is where the browser is sent, form the directory whose form is shown before any is
		// chosen.
		only, form *providers.Provider
		password   bool
		buttons    int
	}{
		"passwords alone":                        {Of(true, nil, lets()), nil, nil, true, 0},
		"nothing at all":                         {Of(false, nil, lets()), nil, nil, false, 0},
		"passwords and a provider":               {Of(true, []*providers.Provider{corp}, lets()), nil, nil, true, 1},
		"a provider alone":                       {Of(false, []*providers.Provider{corp}, lets()), corp, nil, false, 1},
		"two providers":                          {Of(false, []*providers.Provider{corp, hub}, lets()), nil, nil, false, 2},
		"a directory alone":                      {Of(false, []*providers.Provider{staff}, lets()), nil, staff, false, 0},
		"a directory and passwords":              {Of(true, []*providers.Provider{staff}, lets()), nil, nil, true, 1},
		"an application of one provider":         {Of(true, []*providers.Provider{corp, staff}, lets("corp")), corp, nil, false, 1},
		"an application of OAuthUsers":           {Of(true, []*providers.Provider{corp, staff}, lets("local")), nil, nil, true, 0},
		"an application of OAuthUsers, shut out": {Of(false, []*providers.Provider{corp}, lets("local")), nil, nil, false, 0},
	} {
		w := test.ways
		if w.Only() != test.only || w.Form("") != test.form || w.Password != test.password || len(w.Buttons(w.Form(""))) != test.buttons {
			t.Errorf("%s: only %v, form %v, password %v, buttons %v", sentence, w.Only(), w.Form(""), w.Password, w.Buttons(w.Form("")))
		}
	}
}

func TestNamed(t *testing.T) {
	w := Of(true, []*providers.Provider{corp, staff}, lets())
	if w.Named("corp") != corp || w.Named("staff") != staff || w.Named("hub") != nil || w.Named("") != nil {
		t.Error("a name leads elsewhere")
	}
	if w.Directory("corp") != nil || w.Directory("staff") != staff || w.Form("staff") != staff || w.Form("corp") != nil {
		t.Error("a provider has a form, or a directory none")
	}
	if buttons := w.Buttons(staff); len(buttons) != 1 || buttons[0].Name != "corp" || buttons[0].DisplayName != "Corp" {
		t.Errorf("beside the form of a directory: %+v", buttons)
	}
}

func TestFormAction(t *testing.T) {
	none, one := Of(true, nil, lets()), Of(true, []*providers.Provider{corp}, lets())
	for sentence, test := range map[string]struct{ got, want []string }{
		"no button leads away":    {none.FormAction("http://localhost:8080"), nil},
		"providers have https":    {one.FormAction("https://auth.example.com"), []string{"https:"}},
		"on a developer's laptop": {one.FormAction("http://localhost:8080"), []string{"https:", "http:"}},
	} {
		if !slices.Equal(test.got, test.want) {
			t.Errorf("%s: %q", sentence, test.got)
		}
	}
}
