package schema

import (
	"fmt"
	"strings"
)

const (
	exchangeGrant    = "urn:ietf:params:oauth:grant-type:token-exchange"
	exchangeBoth     = "tokenExchange and urn:ietf:params:oauth:grant-type:token-exchange in grantTypes need each other"
	exchangeNone     = "authentication.method none cannot use urn:ietf:params:oauth:grant-type:token-exchange, which needs a client that authenticates (RFC 8693 section 2.1)"
	exchangeOne      = "a subject needs exactly one of clients, serviceAccounts and federated"
	exchangeOfUsers  = "tokenExchange.scopes cannot have openid, profile, email, address, phone, groups or offline_access, which users allow"
	exchangeAt       = "spec.tokenExchange"
	exchangeSubject  = exchangeAt + ".subjects[]"
	exchangeAccounts = exchangeSubject + ".serviceAccounts"
	exchangeFrom     = exchangeAccounts + ".namespaces"
)

// clientExchange are the fields of an OAuthClient that are about the exchange of tokens.
var clientExchange = func() examples {
	clients := map[string]any{"clients": []any{"team.*"}}
	exchanging := func(x map[string]any) fields {
		return fields{"spec.grantTypes": []any{"authorization_code", "refresh_token", exchangeGrant}, exchangeAt: x}
	}
	with := func(name string, value any) fields {
		return exchanging(map[string]any{"subjects": []any{clients}, name: value})
	}
	of := func(subject any) fields { return exchanging(map[string]any{"subjects": []any{subject}}) }
	accounts := func(x map[string]any) fields { return of(map[string]any{"serviceAccounts": x}) }
	from := func(x map[string]any) fields { return accounts(map[string]any{"namespaces": x}) }
	selector := func(name string, value any) fields {
		return from(map[string]any{"from": "Selector", "selector": map[string]any{name: value}})
	}
	many := map[string]any{}
	for i := range 17 {
		many[fmt.Sprintf("a%d", i)] = "b"
	}
	out := examples{
		"a client that exchanges":             accept("spec", exchangeBoth, of(clients)),
		"a client that exchanges nothing":     refuse("spec", exchangeBoth, fields{"spec.grantTypes": []any{"authorization_code", exchangeGrant}}),
		"a client that exchanges by no grant": refuse("spec", exchangeBoth, fields{exchangeAt: map[string]any{"subjects": []any{clients}}}),
		"a client with a secret that may":     accept("spec", exchangeNone, of(clients)),
		"a client without a secret that may":  refuse("spec", exchangeNone, merge(of(clients), fields{"spec.authentication.method": "none", "spec.secret.rotation": nil, "spec.pkce": "Required"})),
		"five grants":                         accept("spec.grantTypes", "maxItems", merge(of(clients), fields{"spec.grantTypes": []any{"authorization_code", "refresh_token", "client_credentials", deviceGrant, exchangeGrant}})),
		"exchange with subjects":              accept(exchangeAt+".subjects", "required", of(clients)),
		"exchange without subjects":           refuse(exchangeAt+".subjects", "required", exchanging(map[string]any{"actor": "Required"})),
		"exchange with one subject":           accept(exchangeAt+".subjects", "minItems", of(clients)),
		"exchange with an empty list":         refuse(exchangeAt+".subjects", "minItems", exchanging(map[string]any{"subjects": []any{}})),
		"exchange with sixteen subjects":      accept(exchangeAt+".subjects", "maxItems", exchanging(map[string]any{"subjects": items(16, func(int) any { return clients })})),
		"exchange with seventeen subjects":    refuse(exchangeAt+".subjects", "maxItems", exchanging(map[string]any{"subjects": items(17, func(int) any { return clients })})),
		"a subject of one kind":               accept(exchangeSubject, exchangeOne, of(clients)),
		"a subject of no kind":                refuse(exchangeSubject, exchangeOne, of(map[string]any{})),
		"a subject of two kinds":              refuse(exchangeSubject, exchangeOne, of(map[string]any{"clients": []any{"a"}, "serviceAccounts": map[string]any{}})),
		"scopes that are a service's":         accept(exchangeAt+".scopes", exchangeOfUsers, with("scopes", []any{"read"})),
		"ServiceAccounts of a namespace":      accept(exchangeFrom, selectorNeeded, accounts(map[string]any{})),
		"ServiceAccounts of all namespaces":   accept(exchangeFrom, selectorNeeded, from(map[string]any{"from": "All"})),
		"ServiceAccounts by labels":           accept(exchangeFrom, selectorNeeded, selector("matchLabels", map[string]any{"a": "b"})),
		"ServiceAccounts by no labels":        refuse(exchangeFrom, selectorNeeded, from(map[string]any{"from": "Selector"})),
		"ServiceAccounts by a small selector": accept(exchangeFrom, selectorSmall, selector("matchLabels", map[string]any{"a": "b"})),
		"ServiceAccounts by too many labels":  refuse(exchangeFrom, selectorSmall, selector("matchLabels", many)),
		"ServiceAccounts by many expressions": refuse(exchangeFrom, selectorSmall, selector("matchExpressions", items(17, func(int) any { return map[string]any{"key": "a", "operator": "Exists"} }))),
	}
	for _, scope := range []string{"openid", "offline_access", "profile", "email", "address", "phone", "groups"} {
		out["scopes of users, such as "+scope] = refuse(exchangeAt+".scopes", exchangeOfUsers, with("scopes", []any{"read", scope}))
	}
	add := func(all examples, build func(value any) fields) {
		for name, e := range all {
			value := e.change[e.at]
			if value == nil {
				continue
			}
			e.change = build(value)
			out[name] = e
		}
	}
	lists := func(at string, most int, item func(int) any) examples {
		all := setExamples(at, most, item)
		all[at+" with one item"] = accept(at, "minItems", fields{at: []any{item(0)}})
		all[at+" without items"] = refuse(at, "minItems", fields{at: []any{}})
		return all
	}
	account := text{at: exchangeAccounts + ".names[]", min: 1, max: 253, good: []string{"billing", "a.b-c"}, bad: []string{"A", "a_b", "a/b", "-a", "a\n", "*"}}
	add(textExamples(account), func(value any) fields { return accounts(map[string]any{"names": []any{value}}) })
	add(lists(exchangeAccounts+".names", 32, numbered("a%d")), func(value any) fields { return accounts(map[string]any{"names": value}) })
	client := text{at: exchangeSubject + ".clients[]", min: 1, max: 300, good: []string{"*", "team.*", "https://agents.example/*"}, bad: []string{"a b", "*a", "a**", "a.**", "shop*", "shop-*", "https://agents.example*", "a\n", "\u00e9"}}
	add(textExamples(client), func(value any) fields { return of(map[string]any{"clients": []any{value}}) })
	add(lists(exchangeSubject+".clients", 32, numbered("a%d")), func(value any) fields { return of(map[string]any{"clients": value}) })
	scope := text{at: exchangeAt + ".scopes[]", min: 1, max: 128, good: []string{"read", "a:b"}, bad: []string{"a b", "a\"b", "\u00e9"}}
	add(textExamples(scope), func(value any) fields { return with("scopes", []any{value}) })
	add(lists(exchangeAt+".scopes", 32, numbered("a%d")), func(value any) fields { return with("scopes", value) })
	add(enumExamples(exchangeAt+".actor", "Required", "Omit"), func(value any) fields { return with("actor", value) })
	add(enumExamples(exchangeFrom+".from", "Same", "All"), func(value any) fields { return from(map[string]any{"from": value}) })
	// A workload elsewhere is what it is where it authenticates.
	const federated = "spec.authentication.federated[]"
	for name, e := range clientFederated {
		rest, same := strings.CutPrefix(e.at, federated)
		if !same {
			continue
		}
		authentication, _ := e.change["spec.authentication"].(map[string]any)
		list, _ := authentication["federated"].([]any)
		e.at, e.change = exchangeSubject+".federated"+rest, of(map[string]any{"federated": list[0]})
		out["exchanged: "+name] = e
	}
	return out
}()

// policyExchange is what policies allow of the exchange of tokens.
var policyExchange = merged(
	enumExamples("spec.tokenExchange[]", "BeyondConsent"),
	choices("spec.tokenExchangeActors", 2, "Required", "Omit"),
	examples{
		"spec.tokenExchange with one item":       accept("spec.tokenExchange", "minItems", fields{"spec.tokenExchange": []any{"BeyondConsent"}}),
		"spec.tokenExchange with its one value":  accept("spec.tokenExchange", "maxItems", fields{"spec.tokenExchange": []any{"BeyondConsent"}}),
		"spec.tokenExchange with too many items": refuse("spec.tokenExchange", "maxItems", fields{"spec.tokenExchange": []any{"BeyondConsent", "BeyondConsent"}}),
		"spec.tokenExchange with a value":        accept("spec.tokenExchange", "duplicate", fields{"spec.tokenExchange": []any{"BeyondConsent"}}),
		"spec.tokenExchange with a value twice":  refuse("spec.tokenExchange", "duplicate", fields{"spec.tokenExchange": []any{"BeyondConsent", "BeyondConsent"}}),
		"spec.tokenExchange without items":       refuse("spec.tokenExchange", "minItems", fields{"spec.tokenExchange": []any{}}),
		"spec.tokenExchangeActors with one item": accept("spec.tokenExchangeActors", "minItems", fields{"spec.tokenExchangeActors": []any{"Omit"}}),
		"spec.tokenExchangeActors without items": refuse("spec.tokenExchangeActors", "minItems", fields{"spec.tokenExchangeActors": []any{}}),
	},
)
