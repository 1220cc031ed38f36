package oauthtokens

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/tokenprovider"
)

var (
	kills = flag.Int("kills", 24, "number of kills of operators, for each kind of provider")
	seed  = flag.Uint64("seed", uint64(time.Now().UnixNano()), "seed of the moments of the kills")
)

// A refresh makes calls 1 to 5: the mark, the token request, the state, the token, the status.
const callsOfARefresh = 5

// TestKillsAroundEveryCall kills an operator before and after each write and each token
// request of a refresh, and starts another one. What the provider has not destroyed is not
// lost, and pods see a valid token all the time.
func TestKillsAroundEveryCall(t *testing.T) {
	for name, rotation := range map[string]tokenprovider.Rotation{
		"strict": tokenprovider.Strict, "until used": tokenprovider.UntilUsed, "not rotated": tokenprovider.Fixed,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, oauthv1alpha1.TokenGrantAuthorizationCode)
			s.provider.Rotation = rotation
			s.authorize()
			wait := s.rest(s.operator(moment{}))
			s.valid("after the authorization")
			if rotation != tokenprovider.Strict {
				defer s.watch()()
			}
			random := rand.New(rand.NewPCG(*seed, uint64(rotation)))
			for n := range *kills {
				dies := moment{call: 1 + n/2%callsOfARefresh, after: n%2 == 1}
				if n >= 2*callsOfARefresh {
					dies = moment{call: 1 + random.IntN(callsOfARefresh), after: random.IntN(2) == 1}
				}
				wait = s.dieAndGoOn(rotation, dies, wait)
				if t.Failed() {
					t.Fatalf("kill %d, -seed=%d", n, *seed)
				}
			}
			if _, atOnce, _ := s.provider.Counts(); atOnce != 1 {
				t.Errorf("there were %d token requests at once", atOnce)
			}
		})
	}
}

// watch reads the Secret every 100 ms, as pods could, until the function that it returns is
// called: it has a valid token each time.
func (s *scene) watch() (end func()) {
	ctx, cancel := context.WithCancel(s.t.Context())
	done := make(chan int)
	read := func() string {
		secret := &corev1.Secret{}
		if err := s.admin.Get(ctx, client.ObjectKey{Namespace: s.token.Namespace, Name: s.token.TokenSecretName()}, secret); err != nil && ctx.Err() == nil {
			s.t.Errorf("read the Secret: %v", err)
		}
		return string(secret.Data["access_token"])
	}
	go func() {
		looks := 0
		for ctx.Err() == nil {
			// The clock may have been turned between the two calls.
			if token := read(); !s.provider.Valid(token) && read() == token && ctx.Err() == nil {
				s.t.Error("a reader of the Secret found no valid token")
			}
			looks++
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		}
		done <- looks
	}()
	return func() {
		cancel()
		if looks := <-done; looks < 2 {
			s.t.Errorf("the reader looked %d times", looks)
		}
	}
}

// dieAndGoOn lets an operator die in a refresh and another one go on, and returns when the
// next refresh is due.
func (s *scene) dieAndGoOn(rotation tokenprovider.Rotation, dies moment, wait time.Duration) time.Duration {
	s.t.Helper()
	s.clock.turn(wait)
	s.valid("before the refresh")
	_, _, before := s.provider.Counts()
	victim := s.operator(dies)
	if _, err := s.settle(victim); !errors.Is(err, errDead) {
		s.t.Fatalf("it did not die at %+v: %v", dies, err)
	}
	s.valid("when the operator died " + victim.died)
	next := s.operator(moment{})
	wait = s.rest(next)
	if wait <= time.Minute {
		// It waits until it may take over.
		s.clock.turn(wait)
		s.valid("while another operator waits")
		wait = s.rest(next)
	}
	_, _, after := s.provider.Counts()
	// The provider has replaced the refresh token, and no operator has the successor.
	lost := rotation == tokenprovider.Strict && (victim.died == "after request" || strings.HasPrefix(victim.died, "before update "+s.token.StateSecretName()) && dies.call == 3)
	if (after > before) != lost {
		s.t.Errorf("died %s: the provider revoked %d authorizations", victim.died, after-before)
	}
	if authorized := meta.IsStatusConditionTrue(s.status().Conditions, oauthv1alpha1.ConditionAuthorized); authorized == lost {
		s.t.Errorf("died %s: authorized is %v: %+v", victim.died, authorized, s.token.Status.Conditions)
	}
	if lost {
		s.has(oauthv1alpha1.ConditionAuthorized, "False", oauthv1alpha1.ReasonRefreshTokenLost)
		s.authorize()
		wait = s.rest(next)
	}
	s.valid("after the operator had died " + victim.died)
	return wait
}

// TestKillsAtACode: a code is sent once at most, whenever the operator dies.
func TestKillsAtACode(t *testing.T) {
	for call := 1; call <= callsOfARefresh; call++ {
		for _, after := range []bool{false, true} {
			s := newScene(t, oauthv1alpha1.TokenGrantAuthorizationCode)
			s.authorize()
			victim := s.operator(moment{call: call, after: after})
			if _, err := s.settle(victim); !errors.Is(err, errDead) {
				t.Fatalf("call %d: %v", call, err)
			}
			next := s.operator(moment{})
			if wait := s.rest(next); wait > 0 && wait <= time.Minute {
				s.clock.turn(wait)
				s.rest(next)
			}
			if _, _, revoked := s.provider.Counts(); revoked != 0 {
				t.Errorf("died %s: the code was sent twice", victim.died)
			}
			if s.provider.Valid(s.shown()) {
				continue
			}
			s.has(oauthv1alpha1.ConditionAuthorized, "False", oauthv1alpha1.ReasonCodeNotRedeemed)
			if stored := strings.Contains(victim.died, "status") || strings.Contains(victim.died, s.token.TokenSecretName()); stored {
				t.Errorf("died %s: the token that was stored is not shown", victim.died)
			}
			s.authorize()
			s.rest(next)
			s.valid("after another authorization")
		}
	}
}
