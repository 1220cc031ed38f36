package provider

import (
	"testing"
	"time"

	"github.com/ory/fosite"
)

func TestRegistryThroughTheProvider(t *testing.T) {
	p, _ := newProvider(t)
	for _, id := range []string{"", "team", "basic", "team/basic", "TEAM.BASIC", "team.basic ", "system.default", "team.nobody"} {
		if client, err := p.Clients.Client(id); client != nil || err != nil {
			t.Errorf("%q: %v, %v", id, client, err)
		}
	}
	// The registry hears of what the copies hold a moment after they are complete.
	client, again := known(t, p, "team.basic"), known(t, p, "team.basic")
	for end := time.Now().Add(5 * time.Second); again != client && time.Now().Before(end); {
		client, again = again, known(t, p, "team.basic")
	}
	if again != client {
		t.Error("a client that did not change is decided again")
	}
	if client.GetID() != "team.basic" || client.IsPublic() || client.UID() != uid("basic") || client.GetHashedSecret() != nil {
		t.Errorf("the client is %+v", client)
	}
	if life := client.GetEffectiveLifespan(fosite.GrantTypeClientCredentials, fosite.AccessToken, time.Hour); life != 15*time.Minute {
		t.Errorf("its tokens live for %s", life)
	}
	if !known(t, p, "team.public").IsPublic() {
		t.Error("a client without credentials is not public")
	}
}

func TestSecretsAreBoundToTheClient(t *testing.T) {
	p, _ := newProvider(t)
	client, public := known(t, p, "team.basic"), known(t, p, "team.public")
	for secret, wanted := range map[string]bool{clientSecret: true, "": false, clientSecret + "x": false, clientSecret[1:]: false, string(uid("basic")) + clientSecret: false} {
		if client.Authenticate(secret, time.Now()) != wanted {
			t.Errorf("%q authenticates: %t", secret, !wanted)
		}
		if public.Authenticate(secret, time.Now()) {
			t.Errorf("%q authenticates a client without credentials", secret)
		}
	}
}

func TestClientHonoursItsOwnUIDOnly(t *testing.T) {
	p, _ := newProvider(t)
	client := known(t, p, "team.basic")
	for id, wanted := range map[string]bool{string(uid("basic")): true, string(uid("other")): false, "": false} {
		if client.Honours(id, time.Now()) != wanted {
			t.Errorf("what was issued to UID %q is honoured: %t", id, !wanted)
		}
	}
}

func TestAudiencesAreComparedAsTheyAre(t *testing.T) {
	for name, test := range map[string]struct {
		allowed, requested []string
		ok                 bool
	}{
		"nothing asked":      {[]string{"a"}, nil, true},
		"one of its own":     {[]string{"a", "b"}, []string{"b"}, true},
		"all of its own":     {[]string{"a", "b"}, []string{"a", "b"}, true},
		"none allowed":       {nil, []string{"a"}, false},
		"one too many":       {[]string{"a"}, []string{"a", "b"}, false},
		"a URL below":        {[]string{"https://a"}, []string{"https://a/b"}, false},
		"a slash at the end": {[]string{"https://a"}, []string{"https://a/"}, false},
		"empty":              {[]string{"a"}, []string{""}, false},
		"other case":         {[]string{"a"}, []string{"A"}, false},
	} {
		if err := exactAudiences(test.allowed, test.requested); (err == nil) != test.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
