package integration

import (
	"net/http"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/test/installation"
)

func TestD01TokenOfOneReplicaAtTheOther(t *testing.T) {
	t.Parallel()
	for name, format := range formats() {
		p := newParty(t, format)
		for from := range 2 {
			t.Run(name, func(t *testing.T) {
				token := p.token(t, from)
				active(t, p.introspect(t, 1-from, token))
				if answer := p.revoke(t, 1-from, token); answer.Status != http.StatusOK {
					t.Fatalf("revocation answers %d %s", answer.Status, answer.Body)
				}
				start := time.Now()
				inactive(t, p.introspect(t, from, token))
				if took := time.Since(start); took > time.Second {
					t.Errorf("it took %s to say so", took)
				}
				for n := range 2 {
					if answer := p.revoke(t, n, token); answer.Status != http.StatusOK {
						t.Errorf("revoking again answers %d %s", answer.Status, answer.Body)
					}
					inactive(t, p.introspect(t, n, token))
				}
			})
		}
	}
}

func TestRevocationLeavesOtherTokensAlone(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	first, second := p.token(t, 0), p.token(t, 0)
	p.revoke(t, 0, first)
	inactive(t, p.introspect(t, 1, first))
	active(t, p.introspect(t, 1, second))
}

func TestManyRevocationsOfOneTokenAtOnce(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	token := p.token(t, 0)
	statuses := make(chan int)
	for n := range 16 {
		go func() { statuses <- p.revoke(t, n%2, token).Status }()
	}
	for range 16 {
		if status := <-statuses; status != http.StatusOK {
			t.Errorf("one of them answers %d", status)
		}
	}
	inactive(t, p.introspect(t, 0, token))
}

func TestExpiredTokens(t *testing.T) {
	t.Parallel()
	for name, format := range formats() {
		for _, life := range []time.Duration{time.Second, 2 * time.Second} {
			t.Run(name+" "+life.String(), func(t *testing.T) {
				t.Parallel()
				p := newParty(t, format, lifetime(life))
				asked := time.Now()
				token := p.token(t, 0)
				answer := p.introspect(t, 1, token)
				if time.Since(asked) < life-time.Second && answer.JSON["active"] != true {
					t.Errorf("a token of %s is not active after %s", life, time.Since(asked))
				}
				time.Sleep(time.Until(asked.Add(life + 500*time.Millisecond)))
				for n := range 2 {
					inactive(t, p.introspect(t, n, token))
					if answer := p.revoke(t, n, token); answer.Status != http.StatusOK {
						t.Errorf("revoking an expired token answers %d %s", answer.Status, answer.Body)
					}
				}
			})
		}
	}
}

// awaitEverywhere waits until every replica answers a token request of the party
// with the error code, or with a token if that is empty.
func awaitEverywhere(t testing.TB, p party, code string, steps ...step) {
	t.Helper()
	for n := range 2 {
		var last installation.Answer
		installation.Eventually(t, installation.Effective, func() bool {
			last = ask(t, at(t, n, "/token"), append(steps, p.authentication(), asking())...)
			return last.Code() == code
		}, func() string { return "answer " + code + " but " + last.Body })
	}
}

func TestSuspendedAndRevivedClient(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	token := p.token(t, 0)
	setSuspended := func(suspended bool) {
		patch := client.MergeFrom(p.object.DeepCopy())
		p.object.Spec.Suspend = suspended
		if err := grantor(t).Admin.Patch(t.Context(), p.object, patch); err != nil {
			t.Fatal(err)
		}
	}
	setSuspended(true)
	awaitEverywhere(t, p, "invalid_client")
	resource := newParty(t)
	inactive(t, resource.introspect(t, 0, token))
	setSuspended(false)
	awaitEverywhere(t, p, "")
	for n := range 2 {
		active(t, p.introspect(t, n, token))
	}
}

func TestNarrowedClient(t *testing.T) {
	t.Parallel()
	p := newParty(t, audiences("one"))
	patch := client.MergeFrom(p.object.DeepCopy())
	p.object.Spec.Audiences, p.object.Spec.Scopes = nil, nil
	if err := grantor(t).Admin.Patch(t.Context(), p.object, patch); err != nil {
		t.Fatal(err)
	}
	awaitEverywhere(t, p, "invalid_scope")
	for n := range 2 {
		answer := ask(t, at(t, n, "/token"), p.authentication(), add("grant_type", "client_credentials"), add("audience", "one"))
		refused(t, answer, http.StatusBadRequest, "invalid_target")
	}
}

func TestD21RecreatedClientRevivesNothing(t *testing.T) {
	t.Parallel()
	for name, format := range formats() {
		t.Run(name, func(t *testing.T) {
			p := newParty(t, format)
			token := p.token(t, 0)
			if err := grantor(t).Admin.Delete(t.Context(), p.object); err != nil {
				t.Fatal(err)
			}
			awaitEverywhere(t, p, "invalid_client")
			again := grantor(t).Create(t, installation.Service(p.object.Namespace, p.object.Name, format))
			successor := party{ID: again.ClientID(), object: again}
			installation.Eventually(t, 15*time.Second, func() bool {
				successor.Secret = grantor(t).Value(t, again)
				return successor.Secret != p.Secret
			}, func() string { return "new secret" })
			for n := range 2 {
				awaitKnown(t, n, successor)
				inactive(t, successor.introspect(t, n, token))
				refused(t, p.introspect(t, n, token), http.StatusUnauthorized, "invalid_client")
				refused(t, successor.revoke(t, n, token), http.StatusBadRequest, "invalid_grant")
			}
		})
	}
}
