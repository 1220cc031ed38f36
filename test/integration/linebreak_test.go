package integration

import "testing"

// The decoder of package encoding/base64 skips line breaks, so a token with some in it
// is another text for the same token: a list of bad tokens misses it.
func TestLineBreaksInTokens(t *testing.T) {
	t.Parallel()
	for name, format := range formats() {
		p := newParty(t, format)
		token := p.token(t, 0)
		for place, changed := range map[string]string{
			"at the end":      token + "\n",
			"before the last": token[:len(token)-1] + "\r\n" + token[len(token)-1:],
		} {
			t.Run(name+" "+place, func(t *testing.T) { inactive(t, p.introspect(t, 0, changed)) })
		}
	}
}
