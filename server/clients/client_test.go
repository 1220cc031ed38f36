package clients_test

import (
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/clients/clientstest"
	"github.com/grantor-dev/grantor/server/keys/keystest"
)

func TestRegistryWithClients(t *testing.T) {
	registry := clientstest.NewRegistry(t, keystest.NewStore(t))
	for _, id := range []string{"", "team", "basic", "team/basic", "TEAM.BASIC", "team.basic ", "system.default", "team.nobody"} {
		if client, err := registry.Client(id); client != nil || err != nil {
			t.Errorf("%q: %v, %v", id, client, err)
		}
	}
	// The registry hears of what the copies hold a moment after they are complete.
	client, again := clientstest.Known(t, registry, "team.basic"), clientstest.Known(t, registry, "team.basic")
	for end := time.Now().Add(5 * time.Second); again != client && time.Now().Before(end); {
		client, again = again, clientstest.Known(t, registry, "team.basic")
	}
	if again != client {
		t.Error("a client that did not change is decided again")
	}
	if client.GetID() != "team.basic" || client.IsPublic() || client.UID() != clientstest.UID("basic") {
		t.Errorf("the client is %+v", client)
	}
	if life := client.Tokens().AccessLifetime; life != 15*time.Minute {
		t.Errorf("its tokens live for %s", life)
	}
	if !clientstest.Known(t, registry, "team.public").IsPublic() {
		t.Error("a client without credentials is not public")
	}
}

func TestSecretsAreBoundToTheClient(t *testing.T) {
	registry := clientstest.NewRegistry(t, keystest.NewStore(t))
	client, public := clientstest.Known(t, registry, "team.basic"), clientstest.Known(t, registry, "team.public")
	for secret, wanted := range map[string]bool{clientstest.Secret: true, "": false, clientstest.Secret + "x": false, clientstest.Secret[1:]: false, string(clientstest.UID("basic")) + clientstest.Secret: false} {
		if client.Authenticate(secret, time.Now()) != wanted {
			t.Errorf("%q authenticates: %t", secret, !wanted)
		}
		if public.Authenticate(secret, time.Now()) {
			t.Errorf("%q authenticates a client without credentials", secret)
		}
	}
}

func TestClientHonoursItsOwnUIDOnly(t *testing.T) {
	registry := clientstest.NewRegistry(t, keystest.NewStore(t))
	client := clientstest.Known(t, registry, "team.basic")
	for id, wanted := range map[string]bool{string(clientstest.UID("basic")): true, string(clientstest.UID("other")): false, "": false} {
		if client.Honours(id, time.Now()) != wanted {
			t.Errorf("what was issued to UID %q is honoured: %t", id, !wanted)
		}
	}
}
