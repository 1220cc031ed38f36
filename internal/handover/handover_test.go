package handover

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

func pepper(t testing.TB, id string, b byte) credentials.Pepper {
	t.Helper()
	p, err := credentials.NewPepper(id, bytes.Repeat([]byte{b}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var received = time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)

func code() Code {
	return Code{Code: "c0de&<>", Verifier: "verif1er", RedirectURI: "https://auth.example.com/connect/reports/crm/callback", UserUID: "u1", Username: "ada",
		SignedInAt: received.Add(-time.Hour), ReceivedAt: received, Provider: "d1gest"}
}

func object() *sessionv1alpha1.Connection {
	return &sessionv1alpha1.Connection{
		ObjectMeta: metav1.ObjectMeta{Namespace: "grantor-system", Name: "0123456789abcdef0123456789abcdef"},
		Spec: sessionv1alpha1.ConnectionSpec{
			Server: "default", Namespace: "reports", Token: "crm", TokenUID: "t1", Generation: 2, Subject: "local:ada",
			State: sessionv1alpha1.ConnectionReceived, ExpiresAt: metav1.NewTime(received.Add(Lifetime)),
		},
	}
}

func TestWhatIsHandedOver(t *testing.T) {
	o := object()
	if err := code().Seal(pepper(t, "p1", 1), o); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(o.Spec.Payload, "c0de") {
		t.Error("the code can be read")
	}
	o.Spec.State, o.Spec.Refusal, o.Labels = sessionv1alpha1.ConnectionTaken, "said by the operator", map[string]string{"a": "b"}
	got, err := Open(credentials.Peppers{pepper(t, "p2", 2), pepper(t, "p1", 1)}, o)
	if err != nil || got != code() {
		t.Errorf("handed over: %+v, %v", got, err)
	}
}

// A payload opens for nothing but the Connection that it was made for.
func TestWhatWasChanged(t *testing.T) {
	good := object()
	if err := code().Seal(pepper(t, "p1", 1), good); err != nil {
		t.Fatal(err)
	}
	peppers := credentials.Peppers{pepper(t, "p1", 1)}
	for name, change := range map[string]func(*sessionv1alpha1.Connection){
		"another namespace":      func(c *sessionv1alpha1.Connection) { c.Namespace = "other" },
		"another name":           func(c *sessionv1alpha1.Connection) { c.Name = "1" + c.Name[1:] },
		"another server":         func(c *sessionv1alpha1.Connection) { c.Spec.Server = "other" },
		"another tenant":         func(c *sessionv1alpha1.Connection) { c.Spec.Namespace = "other" },
		"another token":          func(c *sessionv1alpha1.Connection) { c.Spec.Token = "other" },
		"the name cut elsewhere": func(c *sessionv1alpha1.Connection) { c.Spec.Namespace, c.Spec.Token = "reportsc", "rm" },
		"another UID":            func(c *sessionv1alpha1.Connection) { c.Spec.TokenUID = "t2" },
		"another generation":     func(c *sessionv1alpha1.Connection) { c.Spec.Generation = 3 },
		"another person":         func(c *sessionv1alpha1.Connection) { c.Spec.Subject = "local:bob" },
		"a later end":            func(c *sessionv1alpha1.Connection) { c.Spec.ExpiresAt = metav1.NewTime(received.Add(time.Hour)) },
		"no payload":             func(c *sessionv1alpha1.Connection) { c.Spec.Payload = "" },
		"half a payload":         func(c *sessionv1alpha1.Connection) { c.Spec.Payload = c.Spec.Payload[:20] },
		"another version":        func(c *sessionv1alpha1.Connection) { c.Spec.Payload = "v2" + c.Spec.Payload[2:] },
		"another key":            func(c *sessionv1alpha1.Connection) { c.Spec.Payload = strings.Replace(c.Spec.Payload, "p1", "p2", 1) },
		"a part more":            func(c *sessionv1alpha1.Connection) { c.Spec.Payload += ".x" },
		"what is no base64":      func(c *sessionv1alpha1.Connection) { c.Spec.Payload = "v1.p1.***" },
		"what was sealed otherwise": func(c *sessionv1alpha1.Connection) {
			c.Spec.Payload = pepper(t, "p1", 1).SealConnection(contextOf(c), []byte("{}"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := good.DeepCopy()
			change(o)
			if got, err := Open(peppers, o); !errors.Is(err, credentials.ErrConnection) || got != (Code{}) {
				t.Errorf("it opens: %+v, %v", got, err)
			}
		})
	}
	if _, err := Open(credentials.Peppers{pepper(t, "p1", 3)}, good); !errors.Is(err, credentials.ErrConnection) {
		t.Error("another key of the name opens it")
	}
}

// The longest code fits into the schema's payload.
func TestLongest(t *testing.T) {
	c, o := code(), object()
	c.Code, c.RedirectURI, c.Username = strings.Repeat("\"", MaxCode/2)+strings.Repeat("c", MaxCode/2), strings.Repeat("r", 512), strings.Repeat("u", 128)
	if err := c.Seal(pepper(t, "p1", 1), o); err != nil || len(o.Spec.Payload) > 16384 {
		t.Errorf("%d characters, %v", len(o.Spec.Payload), err)
	}
	if got, err := Open(credentials.Peppers{pepper(t, "p1", 1)}, o); err != nil || got != c {
		t.Error("the longest does not open")
	}
}
