package ui

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// color is one of sRGB.
type color struct{ r, g, b float64 }

var hexadecimal = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// parseColor reads "#0b57d0".
func parseColor(text string) (color, bool) {
	if !hexadecimal.MatchString(text) {
		return color{}, false
	}
	n, err := strconv.ParseUint(text[1:], 16, 32)
	return color{float64(n >> 16 & 0xff), float64(n >> 8 & 0xff), float64(n & 0xff)}, err == nil
}

func (c color) String() string {
	return fmt.Sprintf("#%02x%02x%02x", uint8(math.Round(c.r)), uint8(math.Round(c.g)), uint8(math.Round(c.b)))
}

// toward returns a mixture with another color: all of it for 1.
func (c color) toward(other color, share float64) color {
	mix := func(a, b float64) float64 { return math.Round(a + (b-a)*share) }
	return color{mix(c.r, other.r), mix(c.g, other.g), mix(c.b, other.b)}
}

// luminance is the relative luminance (WCAG 2.2).
func (c color) luminance() float64 {
	linear := func(v float64) float64 {
		if v /= 255; v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}

// contrast is the contrast ratio of two colors (WCAG 2.2).
func contrast(a, b color) float64 {
	high, low := a.luminance(), b.luminance()
	return (max(high, low) + 0.05) / (min(high, low) + 0.05)
}

// legible is the contrast that text needs (WCAG 2.2, success criterion 1.4.3), and a little more,
// because colors are rounded.
const legible = 4.55

var black, white = color{}, color{255, 255, 255}

// scheme is what an accent is shown on.
type scheme struct {
	// card and ground are what grantor.css has.
	card, ground color
	// end is where an accent is mixed toward to be read, and tint how much of it is in the
	// ground of notices.
	end  color
	tint float64
	// on is the text on a button, where it can be read.
	on color
}

var (
	light = scheme{white, color{0xf3, 0xf4, 0xf6}, black, 0.09, white}
	dark  = scheme{color{0x19, 0x1f, 0x26}, color{0x0f, 0x13, 0x18}, white, 0.14, color{0x0f, 0x13, 0x18}}
)

// notice is the ground of notices with an accent.
func (s scheme) notice(accent color) color { return s.card.toward(accent, s.tint) }

// accent changes a color as far as it takes to be read on everything that the scheme has.
func (s scheme) accent(wanted color) color {
	for share := 0.0; ; share += 0.02 {
		c := wanted.toward(s.end, min(share, 1))
		if share >= 1 || contrast(c, s.card) >= legible && contrast(c, s.ground) >= legible &&
			contrast(c, s.notice(c)) >= legible && contrast(c, s.on) >= legible {
			return c
		}
	}
}

// rules are what replaces the colors of grantor.css.
func (s scheme) rules(wanted color) string {
	accent := s.accent(wanted)
	return fmt.Sprintf(":root{--accent:%s;--accent-strong:%s;--on-accent:%s;--notice-ground:%s}",
		accent, accent.toward(s.end, 0.3), s.on, s.notice(accent))
}

// accentPrefix and logoPrefix are the beginnings of the names of assets that follow from a Look.
const accentPrefix, logoPrefix = "accent-", "logo-"

// accentName names the style sheet of an accent, which follows from its name: a replica that
// does not know the Look yet serves it, too.
func accentName(wanted string) string {
	return accentPrefix + strings.ToLower(strings.TrimPrefix(wanted, "#")) + ".css"
}

// accentSheet returns the style sheet of a name.
func accentSheet(name string) (asset, bool) {
	digits := strings.TrimSuffix(strings.TrimPrefix(name, accentPrefix), ".css")
	c, ok := parseColor("#" + digits)
	if !ok || name != accentName(c.String()) {
		return asset{}, false
	}
	content := light.rules(c) + "\n@media (prefers-color-scheme: dark){" + dark.rules(c) + "}\n"
	return asset{name, "text/css; charset=utf-8", []byte(content)}, true
}
