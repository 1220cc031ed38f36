package ui

import "testing"

// Text in every accent can be read on everything that a page has, light and dark (WCAG 2.2,
// success criterion 1.4.3), and an accent that can be read already stays.
func TestEveryAccentCanBeRead(t *testing.T) {
	for r := 0; r < 256; r += 15 {
		for g := 0; g < 256; g += 15 {
			for b := 0; b < 256; b += 15 {
				wanted := color{float64(r), float64(g), float64(b)}
				for name, s := range map[string]scheme{"light": light, "dark": dark} {
					checkAccent(t, name, s, wanted)
				}
			}
		}
	}
	for accent, s := range map[string]scheme{"#0b57d0": light, "#8ab4f8": dark} {
		if wanted, _ := parseColor(accent); s.accent(wanted) != wanted {
			t.Errorf("%s becomes %s", accent, s.accent(wanted))
		}
	}
}

func checkAccent(t *testing.T, name string, s scheme, wanted color) {
	t.Helper()
	accent, ok := parseColor(s.accent(wanted).String())
	strong, also := parseColor(accent.toward(s.end, 0.3).String())
	if !ok || !also {
		t.Fatalf("%s becomes no color", wanted)
	}
	for what, pair := range map[string][2]color{
		"a link on the card": {accent, s.card}, "a link on the ground": {accent, s.ground}, "a link in a notice": {accent, s.notice(accent)},
		"a button": {s.on, accent}, "a button under the mouse": {s.on, strong}, "a link under the mouse": {strong, s.ground},
	} {
		if c := contrast(pair[0], pair[1]); c < 4.5 {
			t.Errorf("%s, %s: %s has a contrast of %.2f", name, wanted, what, c)
		}
	}
}

func TestContrast(t *testing.T) {
	if c := contrast(black, white); c < 20.99 || c > 21.01 {
		t.Errorf("black and white have %f", c)
	}
	// https://webaim.org/resources/contrastchecker/ says 4.48.
	gray, _ := parseColor("#777777")
	if c := contrast(gray, white); c < 4.47 || c > 4.49 {
		t.Errorf("gray and white have %f", c)
	}
}

func TestColors(t *testing.T) {
	for text, want := range map[string]string{
		"#0B57d0": "#0b57d0", "#ffffff": "#ffffff", "": "", "#fff": "", "0b57d0": "", "#0b57d0 ": "", "#0b57dg": "", "#0b57d0\n": "", "red": "",
	} {
		c, ok := parseColor(text)
		if ok != (want != "") || ok && c.String() != want {
			t.Errorf("%q is %s, %t", text, c, ok)
		}
	}
	for name, want := range map[string]bool{
		"accent-0b57d0.css": true, "accent-0B57D0.css": false, "accent-0b57d.css": false, "accent-.css": false, "accent-0b57d0}.css": false, "accent-0b57d0": false, "accent-0b57d0.css.css": false,
	} {
		if _, ok := accentSheet(name); ok != want {
			t.Errorf("%s is there: %t", name, ok)
		}
	}
}
