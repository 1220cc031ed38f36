package oauthtokens

import (
	"errors"
	"flag"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/tokenprovider"
)

var (
	kills = flag.Int("kills", 0, "number of kills of operators, for each kind of provider; 0 is a few")
	seed  = flag.Uint64("seed", uint64(time.Now().UnixNano()), "seed of the moments of the kills")
)

// A refresh makes calls 1 to 5: the mark, the token request, the state, the token, the status.
const callsOfARefresh = 5

// counts are how many token requests a provider saw, how many at once at most, and how many
// authorizations it revoked because a refresh token or code came again.
type counts struct{ requests, atOnce, revoked int }

// issuer is a provider that people authorize tokens at.
type issuer interface {
	// allow lets a person authorize, and hands over the code.
	allow(s *scene)
	counts(s *scene) counts
}

// imitated is a provider of tokenprovider.
type imitated struct{}

func (imitated) allow(s *scene) { s.authorize() }

func (imitated) counts(s *scene) counts {
	requests, atOnce, revoked := s.provider.Counts()
	return counts{requests, atOnce, revoked}
}

// TestKillsAroundEveryCall kills an operator before and after each write and each token
// request of a refresh, and starts another one. What the provider has not destroyed is not
// lost, and pods see a valid token until the provider destroys it.
func TestKillsAroundEveryCall(t *testing.T) {
	for name, rotation := range map[string]tokenprovider.Rotation{
		"strict": tokenprovider.Strict, "until used": tokenprovider.UntilUsed, "not rotated": tokenprovider.Fixed,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, person)
			s.provider.Rotation = rotation
			(&series{scene: s, issuer: imitated{}, strict: rotation == tokenprovider.Strict}).run(10)
		})
	}
	t.Run("oidc-provider", func(t *testing.T) {
		t.Parallel()
		s, l := newLibraryScene(t)
		(&series{scene: s, issuer: l, strict: true}).run(10)
	})
	t.Run("Grantor", func(t *testing.T) {
		t.Parallel()
		s, g := newGrantorScene(t)
		(&series{scene: s, issuer: g}).run(3)
	})
}

// series is many kills at one provider.
type series struct {
	*scene
	issuer issuer
	// strict is a provider that ends an authorization if a former refresh token comes again.
	strict bool
	reader reader
	lost   int
}

// run kills a number of operators: usually a few.
func (s *series) run(usually int) {
	number := usually
	if *kills > 0 {
		number = *kills
	}
	s.issuer.allow(s.scene)
	wait := s.rest(s.operator(moment{}))
	s.valid("after the authorization")
	end := s.watch()
	random := rand.New(rand.NewPCG(*seed, uint64(number)))
	// Each moment comes once, in an order of its own, before it comes again.
	var order []int
	for n := range number {
		if n%(2*callsOfARefresh) == 0 {
			order = random.Perm(2 * callsOfARefresh)
		}
		at := order[n%len(order)]
		wait = s.dieAndGoOn(moment{call: 1 + at/2, after: at%2 == 1}, wait)
		if s.t.Failed() {
			end()
			s.t.Fatalf("kill %d, -seed=%d", n, *seed)
		}
	}
	end()
	seen := s.issuer.counts(s.scene)
	if seen.atOnce != 1 {
		s.t.Errorf("there were %d token requests at once", seen.atOnce)
	}
	if seen.revoked != s.lost {
		s.t.Errorf("the provider revoked %d authorizations, and %d were lost", seen.revoked, s.lost)
	}
	s.t.Logf("%d kills, %d token requests, %d at once, %d authorizations lost that the provider destroyed, %d looks of the reader, %d of them at a token that the provider had destroyed",
		number, seen.requests, seen.atOnce, s.lost, s.reader.looks, s.reader.destroyed)
}

// dieAndGoOn lets an operator die in a refresh and another one go on, and returns when the
// next refresh is due.
func (s *series) dieAndGoOn(dies moment, wait time.Duration) time.Duration {
	s.t.Helper()
	s.clock.turn(wait)
	s.valid("before the refresh")
	before := s.issuer.counts(s.scene)
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
	after := s.issuer.counts(s.scene)
	// The provider has replaced the refresh token, and no operator has the successor.
	lost := s.strict && (victim.died == "after request" || strings.HasPrefix(victim.died, "before update "+s.token.StateSecretName()) && dies.call == 3)
	if (after.revoked > before.revoked) != lost {
		s.t.Errorf("died %s: the provider revoked %d authorizations", victim.died, after.revoked-before.revoked)
	}
	if authorized := meta.IsStatusConditionTrue(s.status().Conditions, oauthv1alpha1.ConditionAuthorized); authorized == lost {
		s.t.Errorf("died %s: authorized is %v: %+v", victim.died, authorized, s.token.Status.Conditions)
	}
	if lost {
		s.has(oauthv1alpha1.ConditionAuthorized, "False", oauthv1alpha1.ReasonRefreshTokenLost)
		s.lost++
		s.issuer.allow(s.scene)
		wait = s.rest(next)
		s.reader.authorizedAgain.Store(int64(after.revoked))
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
