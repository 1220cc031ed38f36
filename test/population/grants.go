package population

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

// payloadSize is the number of bytes in the payload of a usual Grant.
const payloadSize = 300

// Grants are Grants of one client.
type Grants struct {
	Namespace string
	// Client and ClientUID name the client, Subject the person.
	Client, ClientUID, Subject string
	// Live is how many end in an hour, Expired how many ended three hours ago.
	Live, Expired int
	// Now is the time of their creation; default the present.
	Now time.Time
}

// Create stores the Grants, by several workers at once.
func (g Grants) Create(ctx context.Context, to client.Writer, workers int) error {
	if g.Now.IsZero() {
		g.Now = time.Now()
	}
	return inParallel(ctx, workers, g.Live+g.Expired, func(n int) error {
		object := g.One(n >= g.Live)
		if err := to.Create(ctx, object); err != nil {
			return fmt.Errorf("create grant: %w", err)
		}
		return nil
	})
}

// One returns one of the Grants, not yet created.
func (g Grants) One(expired bool) *sessionv1alpha1.Grant {
	issued, ends := g.Now.Add(-time.Hour), g.Now.Add(time.Hour)
	if expired {
		issued, ends = g.Now.Add(-4*time.Hour), g.Now.Add(-3*time.Hour)
	}
	name := random(16)
	return &sessionv1alpha1.Grant{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: g.Namespace, Name: hex.EncodeToString(name),
			Labels: map[string]string{
				sessionv1alpha1.LabelExpires: ends.Add(5 * time.Minute).UTC().Format(sessionv1alpha1.ExpiresLayout),
				sessionv1alpha1.LabelSubject: hex.EncodeToString(random(16)),
			},
		},
		Spec: sessionv1alpha1.GrantSpec{
			Subject: g.Subject, Client: g.Client, ClientUID: g.ClientUID, Scope: "openid profile email offline_access", Generation: 1,
			State: sessionv1alpha1.GrantActive, IssuedAt: metav1.NewTime(issued), ExpiresAt: metav1.NewTime(ends),
			Payload: base64.RawURLEncoding.EncodeToString(random(payloadSize)),
		},
	}
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
