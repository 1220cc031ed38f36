package schema

import (
	"fmt"
	"maps"
	"strings"
)

const (
	keyPrivate = "a key must be public, and this one is private; anyone who has read it can sign, so create another one"
	keyMembers = "a key of kty RSA needs n and e, one of kty EC or OKP crv and x"
	keyEC      = "a key of kty EC needs crv P-256 and y"
	keyOKP     = "a key of kty OKP needs crv Ed25519"
)

var (
	coordinate = strings.Repeat("A", 43)
	ecKey      = map[string]any{"kty": "EC", "kid": "a", "use": "sig", "alg": "ES256", "crv": "P-256", "x": coordinate, "y": coordinate}
	okpKey     = map[string]any{"kty": "OKP", "crv": "Ed25519", "x": coordinate}
	rsaKey     = map[string]any{"kty": "RSA", "n": strings.Repeat("A", 342), "e": "AQAB"}
)

// with returns a key with changes; nil removes.
func with(key map[string]any, change fields) map[string]any {
	out := merge(key, change)
	for name, value := range change {
		if value == nil {
			delete(out, name)
		}
	}
	return out
}

// clientKeys are the keys of clients that sign.
var clientKeys = func() examples {
	const at = "spec.authentication"
	signing := func(authentication fields) fields {
		return fields{"spec.secret.rotation": nil, at: with(map[string]any{"method": "private_key_jwt"}, authentication)}
	}
	keys, accounts := map[string]any{"keys": []any{ecKey}}, []any{map[string]any{"name": "a"}}
	published := func(more fields) fields { return signing(with(map[string]any{"jwksURI": goodKeys}, more)) }
	out := keyExamples(at, signing)
	maps.Copy(out, examples{
		"keys of a client":                   accept(at, assertionNeeds, signing(fields{"jwks": keys})),
		"keys at a URL":                      accept(at, assertionNeeds, published(nil)),
		"keys here and at a URL":             refuse(at, assertionNeeds, published(fields{"jwks": keys})),
		"keys and ServiceAccounts":           refuse(at, assertionNeeds, published(fields{"serviceAccounts": accounts})),
		"no keys for a client with a secret": accept(at, keysAlone, nil),
		"keys for a client with a secret":    refuse(at, keysAlone, fields{at: map[string]any{"jwks": keys}}),
		"no URL for a client with a secret":  accept(at, uriAlone, nil),
		"a URL for a client with a secret":   refuse(at, uriAlone, fields{at: map[string]any{"jwksURI": goodKeys}}),
		"algorithms with keys":               accept(at, algorithmsAlone, published(fields{"signingAlgorithms": []any{"ES256"}})),
		"algorithms without keys":            refuse(at, algorithmsAlone, fields{at: map[string]any{"signingAlgorithms": []any{"ES256"}}}),
		"algorithms of ServiceAccounts":      refuse(at, algorithmsAlone, signing(fields{"signingAlgorithms": []any{"ES256"}, "serviceAccounts": accounts})),
	})
	return out
}()

// clientRequests are how clients ask for authorization.
var clientRequests = func() examples {
	const at, objectKeys, signedKeys = "spec.requestObject",
		"requestObject must not be set because the keys of authentication also sign authorization requests",
		"signedRequests Required needs the client's keys: authentication.jwks, authentication.jwksURI or requestObject"
	const one = "requestObject needs exactly one of jwks and jwksURI"
	signing := func(object fields) fields { return fields{at: map[string]any(object)} }
	keys := map[string]any{"keys": []any{ecKey}}
	own := func(more fields) fields {
		return merge(fields{"spec.secret.rotation": nil, "spec.authentication": map[string]any{"method": "private_key_jwt", "jwks": keys}}, more)
	}
	published := func(more fields) fields {
		return merge(fields{"spec.secret.rotation": nil, "spec.authentication": map[string]any{"method": "private_key_jwt", "jwksURI": goodKeys}}, more)
	}
	out := keyExamples(at, signing)
	maps.Copy(out, examples{
		"keys of requests here":              accept(at, one, signing(fields{"jwks": keys})),
		"keys of requests at a URL":          accept(at, one, signing(fields{"jwksURI": goodKeys})),
		"keys of requests in both places":    refuse(at, one, signing(fields{"jwks": keys, "jwksURI": goodKeys})),
		"keys of requests nowhere":           refuse(at, one, signing(fields{"signingAlgorithms": []any{"ES256"}})),
		"keys of a client with a secret":     accept("spec", objectKeys, signing(fields{"jwks": keys})),
		"keys of a ServiceAccount's client":  accept("spec", objectKeys, byAccount(signing(fields{"jwks": keys}))),
		"two sets of keys":                   refuse("spec", objectKeys, own(signing(fields{"jwks": keys}))),
		"two sets of keys, one at a URL":     refuse("spec", objectKeys, published(signing(fields{"jwks": keys}))),
		"signed with keys of requests":       accept("spec", signedKeys, merge(signing(fields{"jwks": keys}), fields{"spec.signedRequests": "Required"})),
		"signed with keys of assertions":     accept("spec", signedKeys, own(fields{"spec.signedRequests": "Required"})),
		"signed with keys at a URL":          accept("spec", signedKeys, published(fields{"spec.signedRequests": "Required"})),
		"signed without keys":                refuse("spec", signedKeys, fields{"spec.signedRequests": "Required"}),
		"signed with the keys of a cluster":  refuse("spec", signedKeys, byAccount(fields{"spec.signedRequests": "Required"})),
		"signed or not":                      accept("spec.signedRequests", "enum", fields{"spec.signedRequests": "Optional"}),
		"signed in a way that is not listed": refuse("spec.signedRequests", "enum", fields{"spec.signedRequests": "required"}),
		"never signed":                       refuse("spec.signedRequests", "enum", fields{"spec.signedRequests": "None"}),
	})
	return out
}()

const goodKeys = "https://app.example/jwks"

// keyExamples are those of a place that has jwks, jwksURI and signingAlgorithms.
func keyExamples(at string, place func(fields) fields) examples {
	keys, uri, algs := at+".jwks.keys", at+".jwksURI", at+".signingAlgorithms"
	one := keys + "[]"
	having := func(list ...any) fields {
		return place(fields{"jwks": map[string]any{"keys": append([]any{}, list...)}})
	}
	published := func(url any, more fields) fields { return place(with(map[string]any{"jwksURI": url}, more)) }
	many := func(n int) (out []any) {
		for range n {
			out = append(out, okpKey)
		}
		return out
	}
	const good = goodKeys
	out := examples{
		"all algorithms":                      accept(algs, "maxItems", published(good, fields{"signingAlgorithms": []any{"ES256", "EdDSA", "RS256", "PS256"}})),
		"more algorithms than exist":          refuse(algs, "maxItems", published(good, fields{"signingAlgorithms": []any{"ES256", "EdDSA", "RS256", "PS256", "none"}})),
		"one algorithm":                       accept(algs, "minItems", published(good, fields{"signingAlgorithms": []any{"ES256"}})),
		"no algorithm":                        refuse(algs, "minItems", published(good, fields{"signingAlgorithms": []any{}})),
		"two algorithms":                      accept(algs, "duplicate", published(good, fields{"signingAlgorithms": []any{"ES256", "EdDSA"}})),
		"an algorithm twice":                  refuse(algs, "duplicate", published(good, fields{"signingAlgorithms": []any{"ES256", "ES256"}})),
		"an algorithm that works":             accept(algs+"[]", "enum", published(good, fields{"signingAlgorithms": []any{"EdDSA"}})),
		"a set without keys":                  refuse(keys, "required", place(fields{"jwks": map[string]any{}})),
		"a set with keys":                     accept(keys, "required", having(ecKey)),
		"no keys in a set":                    refuse(keys, "minItems", having([]any{}...)),
		"one key in a set":                    accept(keys, "minItems", having(okpKey)),
		"eight keys in a set":                 accept(keys, "maxItems", having(many(8)...)),
		"nine keys in a set":                  refuse(keys, "maxItems", having(many(9)...)),
		"a key with a type":                   accept(one+".kty", "required", having(rsaKey)),
		"a key without a type":                refuse(one+".kty", "required", having(with(ecKey, fields{"kty": nil}))),
		"a key of a known type":               accept(one+".kty", "enum", having(okpKey)),
		"a shared key":                        refuse(one+".kty", "enum", having(map[string]any{"kty": "oct", "x": coordinate, "crv": "P-256"})),
		"a public key":                        accept(one, keyPrivate, having(ecKey, okpKey, rsaKey)),
		"a private key":                       refuse(one, keyPrivate, having(with(ecKey, fields{"d": coordinate}))),
		"a private key that is empty":         refuse(one, keyPrivate, having(with(rsaKey, fields{"d": ""}))),
		"whole keys":                          accept(one, keyMembers, having(ecKey, okpKey, rsaKey)),
		"an RSA key without modulus":          refuse(one, keyMembers, having(with(rsaKey, fields{"n": nil}))),
		"an RSA key without exponent":         refuse(one, keyMembers, having(with(rsaKey, fields{"e": nil}))),
		"an EC key without x":                 refuse(one, keyMembers, having(with(ecKey, fields{"x": nil}))),
		"an OKP key without curve":            refuse(one, keyMembers, having(with(okpKey, fields{"crv": nil}))),
		"an EC key":                           accept(one, keyEC, having(ecKey)),
		"an EC key without y":                 refuse(one, keyEC, having(with(ecKey, fields{"y": nil}))),
		"an EC key of the other curve":        refuse(one, keyEC, having(with(ecKey, fields{"crv": "Ed25519"}))),
		"an OKP key":                          accept(one, keyOKP, having(okpKey)),
		"an OKP key of the other curve":       refuse(one, keyOKP, having(with(okpKey, fields{"crv": "P-256"}))),
		"a key for signatures":                accept(one+".use", "enum", having(ecKey)),
		"a key for encryption":                refuse(one+".use", "enum", having(with(ecKey, fields{"use": "enc"}))),
		"a key for an algorithm":              accept(one+".alg", "enum", having(ecKey)),
		"a key for HS256":                     refuse(one+".alg", "enum", having(with(ecKey, fields{"alg": "HS256"}))),
		"a curve":                             accept(one+".crv", "enum", having(ecKey)),
		"another curve":                       refuse(one+".crv", "enum", having(with(ecKey, fields{"crv": "P-384"}))),
		"a URL with a percent-encoded octet":  accept(uri, percentSign, published(good+"/%20", nil)),
		"a URL with a lonely percent sign":    refuse(uri, percentSign, published(good+"/%", nil)),
		"a URL as long as allowed":            accept(uri, "maxLength", published(good+strings.Repeat("a", 2048-len(good)), nil)),
		"a URL too long":                      refuse(uri, "maxLength", published(good+strings.Repeat("a", 2049-len(good)), nil)),
		"a modulus of 2048 bits":              accept(one+".n", "minLength", having(rsaKey)),
		"a modulus of less":                   refuse(one+".n", "minLength", having(with(rsaKey, fields{"n": strings.Repeat("A", 341)}))),
		"a modulus of 8192 bits":              accept(one+".n", "maxLength", having(with(rsaKey, fields{"n": strings.Repeat("A", 1366)}))),
		"a modulus of more":                   refuse(one+".n", "maxLength", having(with(rsaKey, fields{"n": strings.Repeat("A", 1367)}))),
		"a kid":                               accept(one+".kid", "pattern", having(ecKey)),
		"a kid with a space":                  refuse(one+".kid", "pattern", having(with(ecKey, fields{"kid": "a b"}))),
		"a kid of one letter":                 accept(one+".kid", "minLength", having(ecKey)),
		"an empty kid":                        refuse(one+".kid", "minLength", having(with(ecKey, fields{"kid": ""}))),
		"a kid of 128 letters":                accept(one+".kid", "maxLength", having(with(ecKey, fields{"kid": strings.Repeat("a", 128)}))),
		"a kid of 129 letters":                refuse(one+".kid", "maxLength", having(with(ecKey, fields{"kid": strings.Repeat("a", 129)}))),
		"a modulus in base64url":              accept(one+".n", "pattern", having(rsaKey)),
		"a modulus in base64":                 refuse(one+".n", "pattern", having(with(rsaKey, fields{"n": strings.Repeat("+", 342)}))),
		"an exponent":                         accept(one+".e", "pattern", having(rsaKey)),
		"an exponent that is a number":        refuse(one+".e", "pattern", having(with(rsaKey, fields{"e": "65537 "}))),
		"a kid that ends with a line break":   refuse(one+".kid", "pattern", having(with(ecKey, fields{"kid": "a\n"}))),
		"an algorithm that nobody should use": refuse(algs+"[]", "enum", published(good, fields{"signingAlgorithms": []any{"none"}})),
		"an algorithm with a shared secret":   refuse(algs+"[]", "enum", published(good, fields{"signingAlgorithms": []any{"HS256"}})),
	}
	out["an exponent of six letters"] = accept(one+".e", "maxLength", having(with(rsaKey, fields{"e": "AAAAAA"})))
	out["an exponent of seven letters"] = refuse(one+".e", "maxLength", having(with(rsaKey, fields{"e": "AAAAAAA"})))
	out["no private key"] = accept(one+".d", "maxLength", having(rsaKey))
	out["a private key that is long"] = refuse(one+".d", "maxLength", having(with(rsaKey, fields{"d": strings.Repeat("A", 4097)})))
	for _, member := range []string{"x", "y"} {
		out["length of "+member] = accept(one+"."+member, "maxLength", having(ecKey))
		out["length of more than "+member] = refuse(one+"."+member, "maxLength", having(with(ecKey, fields{member: coordinate + "A"})))
		out["coordinate "+member] = accept(one+"."+member, "pattern", having(ecKey))
		for _, bad := range []string{coordinate[1:], coordinate[1:] + "=", coordinate[1:] + "+"} {
			out[fmt.Sprintf("coordinate %s %q", member, bad)] = refuse(one+"."+member, "pattern", having(with(ecKey, fields{member: bad})))
		}
	}
	for _, url := range []string{good, "https://app.example:8443/a?b=c", "https://a_b.example/", "https://192.0.2.1/jwks"} {
		out[fmt.Sprintf("keys at %q", url)] = accept(uri, "pattern", published(url, nil))
	}
	for _, url := range []string{"", "http://app.example/jwks", "https://app.example", "https://user@app.example/jwks", "https://app.example/jwks#a", "https://app.example/a b",
		"HTTPS://app.example/", "https:///jwks", "file:///jwks", "https://app.example:0/", "https://app.example\\@evil.example/", "https://app.example/\n", "https://[::1]/jwks"} {
		out[fmt.Sprintf("keys at %q", url)] = refuse(uri, "pattern", published(url, nil))
	}
	named := examples{}
	for name, example := range out {
		named[at+": "+name] = example
	}
	return named
}
