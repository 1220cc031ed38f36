package tokenprovider

import "crypto/rand"

// Allow returns the code of a person who allowed what an authorization request with a code
// challenge asks for.
func (p *Provider) Allow(redirectURI, challenge string) (text string) {
	text = rand.Text()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.codes[text] = code{challenge: challenge, redirectURI: redirectURI}
	return text
}
