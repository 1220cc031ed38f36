package oauthtoken

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/manifest"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/plan"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

// secrets has one Secret, and guards updates by its resource version.
type secrets struct {
	client.Client
	stored *corev1.Secret
	// update comes before an update; nil does nothing.
	update func() error
}

// Get implements client.Reader.
func (s *secrets) Get(_ context.Context, key client.ObjectKey, object client.Object, _ ...client.GetOption) error {
	if s.stored == nil || key.Name != s.stored.Name {
		return apierrors.NewNotFound(schema.GroupResource{Resource: "secrets"}, key.Name)
	}
	s.stored.DeepCopyInto(object.(*corev1.Secret))
	return nil
}

// List implements client.Reader: there are no others.
func (*secrets) List(context.Context, client.ObjectList, ...client.ListOption) error { return nil }

// Update implements client.Writer.
func (s *secrets) Update(_ context.Context, object client.Object, _ ...client.UpdateOption) error {
	if s.update != nil {
		if err := s.update(); err != nil {
			return err
		}
	}
	if object.GetResourceVersion() != s.stored.ResourceVersion {
		return conflict()
	}
	before, _ := strconv.Atoi(s.stored.ResourceVersion)
	object.SetResourceVersion(strconv.Itoa(before + 1))
	s.stored = object.(*corev1.Secret).DeepCopy()
	return nil
}

func conflict() error {
	return apierrors.NewConflict(schema.GroupResource{Resource: "secrets"}, "crm-oauth-state", errors.New("changed"))
}

// providerFunc answers token requests.
type providerFunc func(form string) (status int, body string, err error)

// RoundTrip implements http.RoundTripper.
func (f providerFunc) RoundTrip(r *http.Request) (*http.Response, error) {
	form, _ := io.ReadAll(r.Body)
	status, body, err := f(string(form))
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func answers(body string) providerFunc {
	return func(string) (int, string, error) { return http.StatusOK, body, nil }
}

// desk is a reconciler whose OAuthToken a person authorized: its refresh token is r.
type desk struct {
	*Reconciler
	t       *testing.T
	token   *oauthv1alpha1.OAuthToken
	secrets *secrets
	// answer is what the provider answers, and asked how often it did.
	answer providerFunc
	asked  int
}

func newDesk(t *testing.T, grant oauthv1alpha1.TokenGrant) *desk {
	t.Helper()
	d := &desk{t: t, secrets: &secrets{}, token: &oauthv1alpha1.OAuthToken{ObjectMeta: metav1.ObjectMeta{Namespace: "reports", Name: "crm", UID: "u"}}}
	d.token.Spec.Grant = grant
	first := state.State{Fingerprint: "f", AccessToken: "a", RefreshToken: "r", IssuedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour)}
	if grant == oauthv1alpha1.TokenGrantClientCredentials {
		first = state.State{}
	}
	stored, err := state.Secret(d.token, nil, first)
	if err != nil {
		t.Fatal(err)
	}
	stored.ResourceVersion = "1"
	d.secrets.stored = stored
	d.Reconciler = &Reconciler{Client: d.secrets, Live: d.secrets, Now: time.Now, Earlier: time.Now, Steady: time.Now, Holder: "me"}
	return d
}

// step loads the state, and takes the next step.
func (d *desk) step() (*pass, plan.Decision, error) {
	d.t.Helper()
	p := &pass{OAuthToken: d.token, memory: d.memories.Of(d.token), now: d.Now()}
	if err := d.load(d.t.Context(), p); err != nil {
		d.t.Fatal(err)
	}
	p.source.Fingerprint, p.source.Endpoint = "f", "https://provider.example/token"
	calls := &http.Client{Transport: providerFunc(func(form string) (int, string, error) {
		d.asked++
		return d.answer(form)
	})}
	p.source.Through = func() *http.Client { return calls }
	next, err := d.advance(d.t.Context(), p)
	return p, next, err
}

// kept returns the stored state.
func (d *desk) kept() state.State {
	d.t.Helper()
	kept, err := state.Of(d.secrets.stored)
	if err != nil {
		d.t.Fatal(err)
	}
	return kept
}

// An answer cannot make the operator ask without a pause.
func TestTokensThatLiveTooShort(t *testing.T) {
	for _, lifetime := range []string{"0", `"0"`, "0.5", "1", "180"} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t, oauthv1alpha1.TokenGrantClientCredentials)
			d.answer = answers(`{"access_token":"b","expires_in":` + lifetime + `}`)
			p, next, err := d.step()
			if err != nil || p.memory.Failing == nil || p.memory.Failing.Reason != oauthv1alpha1.ReasonLifetimeTooShort {
				t.Errorf("expires_in %s: %v, %+v", lifetime, err, p.memory.Failing)
			}
			if wait := time.Until(next.Until); wait < 10*time.Second || d.kept().AccessToken != "" {
				t.Errorf("expires_in %s: asked again after %s, with %+v", lifetime, wait, d.kept())
			}
		})
	}
}

// Each refresh token that a provider gives out instead of a usable token is kept, and it is
// asked less and less often.
func TestARefreshTokenWithoutAUsableToken(t *testing.T) {
	for _, body := range []string{
		`{"access_token":"b","refresh_token":"%","expires_in":60}`, `{"access_token":"b","refresh_token":"%","expires_in":-1}`,
		`{"access_token":"b","refresh_token":"%","token_type":"DPoP"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t, oauthv1alpha1.TokenGrantAuthorizationCode)
			newest := "r"
			d.answer = func(form string) (int, string, error) {
				if !strings.Contains(form, "refresh_token="+newest) {
					t.Errorf("%s: a former refresh token comes again: %s", body, form)
				}
				newest = "r" + strconv.Itoa(d.asked)
				return http.StatusOK, strings.ReplaceAll(body, "%", newest), nil
			}
			time.Sleep(50 * time.Minute)
			for _, least := range []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second} {
				_, next, err := d.step()
				if wait := time.Until(next.Until); err != nil || wait < least || wait > 2*least {
					t.Errorf("%s: %v, after %d requests the next one is in %s", body, err, d.asked, wait)
				}
				time.Sleep(time.Until(next.Until))
			}
			if kept := d.kept(); d.asked != 3 || kept.RefreshToken != "r3" || kept.AccessToken != "a" {
				t.Errorf("%s: asked %d times, kept %+v", body, d.asked, kept)
			}
		})
	}
}

// An API server that is slow must not cut off an answer.
func TestAMarkThatTakesLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, oauthv1alpha1.TokenGrantAuthorizationCode)
		d.answer = answers(`{"access_token":"b","refresh_token":"s","expires_in":3600}`)
		d.secrets.update = func() error { time.Sleep(plan.AttemptTimeout - time.Second); return nil }
		time.Sleep(50 * time.Minute)
		if _, _, err := d.step(); !errors.Is(err, errSlow) || d.asked != 0 {
			t.Fatalf("%v, asked %d times", err, d.asked)
		}
		d.secrets.update = nil
		if _, _, err := d.step(); err != nil || d.kept().RefreshToken != "s" {
			t.Errorf("%v, kept %+v", err, d.kept())
		}
	})
}

// A clock that is corrected by an hour neither ends the wait for another process nor takes a
// token from applications.
func TestAClockThatIsCorrected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, oauthv1alpha1.TokenGrantAuthorizationCode)
		d.answer = answers(`{"access_token":"b","expires_in":3600}`)
		kept := d.kept()
		kept.Attempt = &state.Attempt{Holder: "other", ID: "1"}
		d.secrets.stored, _ = state.Secret(d.token, d.secrets.stored, kept)
		time.Sleep(50 * time.Minute)
		if _, _, err := d.step(); err != nil || d.asked != 0 {
			t.Fatalf("%v, asked %d times", err, d.asked)
		}
		d.Now = func() time.Time { return time.Now().Add(time.Hour) }
		p, _, err := d.step()
		if err != nil || d.asked != 0 {
			t.Errorf("%v, asked %d times while another process may be at it", err, d.asked)
		}
		if p.shown, err = manifest.Desired(d.token, nil, "", p.state, d.Earlier()); err != nil {
			t.Fatal(err)
		}
		p.shown.ResourceVersion = "7"
		d.secrets.stored = p.shown.DeepCopy()
		if err := d.show(t.Context(), p); err != nil || string(d.secrets.stored.Data["access_token"]) != "a" {
			t.Errorf("%v, the Secret has %d keys", err, len(d.secrets.stored.Data))
		}
		time.Sleep(10 * time.Minute)
		if err := d.show(t.Context(), p); err != nil || len(d.secrets.stored.Data["access_token"]) != 0 {
			t.Errorf("%v, the Secret keeps what has expired", err)
		}
	})
}

// A state that nobody understands is left alone, and so is what pods have.
func TestAStateOfAnotherRelease(t *testing.T) {
	d := newDesk(t, oauthv1alpha1.TokenGrantAuthorizationCode)
	d.secrets.stored.Data = map[string][]byte{"state": []byte(`{"version":2}`)}
	p, next, err := d.step()
	if err != nil || p.problem == nil || p.problem.Reason != oauthv1alpha1.ReasonStateUnreadable || next.Step != plan.Rest || !p.problem.Untouchable() {
		t.Errorf("%v, %+v, then %+v", err, p.problem, next)
	}
}

// codes has one code.
type codes struct {
	Handovers
	code  *Handover
	taken bool
}

// Next implements Handovers.
func (c *codes) Next(context.Context, *oauthv1alpha1.OAuthToken) (*Handover, error) {
	found := c.code
	if c.taken {
		found = nil
	}
	return found, nil
}

// Taken implements Handovers.
func (c *codes) Taken(context.Context, *oauthv1alpha1.OAuthToken, string) error {
	c.taken = true
	return nil
}

var errNotSent = errors.New("there is no connection")

// A code that was never sent is not given up, also if other writes come between.
func TestALostRaceAfterACodeThatWasNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, oauthv1alpha1.TokenGrantAuthorizationCode)
		people := &codes{code: &Handover{ID: "h", Code: "c", Person: "ada", At: time.Now()}}
		d.Handovers, d.Events = people, noEvents{}
		d.answer = func(string) (int, string, error) { return 0, "", errNotSent }
		if _, _, err := d.step(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		d.secrets.update = conflict
		if _, _, err := d.step(); !apierrors.IsConflict(err) {
			t.Fatal(err)
		}
		d.secrets.update = nil
		sent := ""
		d.answer = func(form string) (int, string, error) { sent = form; return 0, "", errNotSent }
		if _, _, err := d.step(); err != nil || !strings.Contains(sent, "code=c") || people.taken {
			t.Errorf("%v, sent %q, taken: %v", err, sent, people.taken)
		}
	})
}

// A provider that answered may have looked at the code.
func TestACodeIsGivenUpAfterAnyAnswer(t *testing.T) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusBadRequest, http.StatusServiceUnavailable} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t, oauthv1alpha1.TokenGrantAuthorizationCode)
			people := &codes{code: &Handover{ID: "h", Code: "c", Person: "ada", At: time.Now()}}
			d.Handovers, d.Events = people, noEvents{}
			d.answer = func(string) (int, string, error) { return status, `{"error":"slow_down"}`, nil }
			p, _, _ := d.step()
			if !people.taken || d.kept().Handover != "h" || d.kept().Ended != "" || p.memory.Failures != 0 {
				t.Errorf("HTTP %d: taken: %v, kept %+v", status, people.taken, d.kept())
			}
		})
	}
}

type noEvents struct{}

// Eventf implements events.EventRecorder.
func (noEvents) Eventf(_, _ runtime.Object, _, _, _, _ string, _ ...any) {}
