package schema

const (
	assertionNeeds  = "authentication.method private_key_jwt needs exactly one of jwks, jwksURI, serviceAccounts and federated"
	accountsAlone   = "authentication.serviceAccounts needs authentication.method private_key_jwt"
	keysAlone       = "authentication.jwks needs authentication.method private_key_jwt"
	uriAlone        = "authentication.jwksURI needs authentication.method private_key_jwt"
	tlsAlone        = "authentication.tls is needed for authentication.method tls_client_auth and self_signed_tls_client_auth, and for no other"
	tlsNames        = "authentication.method self_signed_tls_client_auth needs tls.thumbprints, and tls_client_auth a name instead"
	tlsOne          = "authentication.tls needs exactly one of subjectDN, sanDNS, sanURI, sanIP, sanEmail and thumbprints"
	exactAlone      = "authentication.exactMethod needs a client secret, which only authentication.method client_secret_basic and client_secret_post have"
	algorithmsAlone = "authentication.signingAlgorithms needs jwks or jwksURI"
)

// byAccount are the changes that make the full client one of a ServiceAccount.
func byAccount(change fields) fields {
	return merge(fields{
		"spec.secret.rotation":                nil,
		"spec.authentication.method":          "private_key_jwt",
		"spec.authentication.serviceAccounts": []any{map[string]any{"name": "app"}},
	}, change)
}

// clientAuthentication is how a client without a shared secret proves who it is.
var clientAuthentication = func() examples {
	const at, accounts = "spec.authentication", "spec.authentication.serviceAccounts"
	out := examples{
		"a client of a ServiceAccount":            accept(at, assertionNeeds, byAccount(nil)),
		"private_key_jwt alone":                   refuse(at, assertionNeeds, byAccount(fields{accounts: nil})),
		"a client with a secret alone":            accept(at, accountsAlone, nil),
		"ServiceAccounts of a client by default":  refuse(at, accountsAlone, byAccount(fields{at + ".method": nil})),
		"ServiceAccounts of a client with secret": refuse(at, accountsAlone, byAccount(fields{at + ".method": "client_secret_post"})),
		"ServiceAccounts of a public client":      refuse(at, accountsAlone, byAccount(fields{at + ".method": "none"})),
		"a ServiceAccount that rotates":           refuse("spec", noneRotates, byAccount(fields{"spec.secret.rotation": map[string]any{}})),
		"a ServiceAccount without challenges":     accept("spec", noneChallenge, byAccount(fields{"spec.pkce": "Optional"})),
		"exactly in the header":                   accept(at, exactAlone, fields{at + ".exactMethod": true}),
		"exactly in the body":                     accept(at, exactAlone, fields{at + ".method": "client_secret_post", at + ".exactMethod": true}),
		"exactly with an assertion":               refuse(at, exactAlone, byAccount(fields{at + ".exactMethod": true})),
		"an assertion that is not exact":          accept(at, exactAlone, byAccount(fields{at + ".exactMethod": false})),
		"exactly nothing":                         refuse(at, exactAlone, fields{at + ".method": "none", at + ".exactMethod": true, "spec.secret.rotation": nil}),
		"no ServiceAccounts at all":               refuse(accounts, "minItems", byAccount(fields{accounts: []any{}})),
		"one ServiceAccount":                      accept(accounts, "minItems", byAccount(nil)),
		"a ServiceAccount with a name":            accept(accounts+"[].name", "required", byAccount(nil)),
		"a ServiceAccount without a name":         refuse(accounts+"[].name", "required", byAccount(fields{accounts: []any{map[string]any{}}})),
	}
	inAccounts := func(table examples) {
		for name, e := range table {
			_, named := e.change[accounts+"[].name"]
			if e.change = byAccount(e.change); named {
				delete(e.change, accounts) // the name makes the list
			}
			out[name] = e
		}
	}
	inAccounts(setExamples(accounts, 8, func(i int) any { return map[string]any{"name": numbered("app%d")(i)} }))
	inAccounts(textExamples(text{at: accounts + "[].name", min: 1, max: 253,
		good: []string{"a", "a.b-c", "0"},
		bad:  []string{"A", "a_b", "team/app", "team:app", "-a", "a-", ".a", "a..b", "a b", "a\n", "../a"}}))
	return out
}()
