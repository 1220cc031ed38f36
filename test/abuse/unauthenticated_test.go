package abuse

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// forge returns a refresh token that looks like one that was issued: of no Grant, or of a
// Grant that exists.
func (f *field) forge(n int) string {
	f.neutral.mu.Lock()
	token := f.neutral.refresh[n%families]
	f.neutral.mu.Unlock()
	if n%2 == 0 {
		_, rest, _ := strings.Cut(token, ".")
		return "grt_" + hex.EncodeToString(fmt.Appendf(nil, "%016d", n)) + "." + rest
	}
	forged := []byte(token)
	if last := &forged[strings.LastIndexByte(token, '.')+1]; *last == 'A' {
		*last = 'B'
	} else {
		*last = 'A'
	}
	return string(forged)
}

// present sends a forged token on a connection that is kept.
func (f *field) present(t *testing.T, n int) {
	t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {f.forge(n)}}
	if answer := installation.Post(t, f.Issuer+"/token", f.neutral.app.ID, f.neutral.app.Secret, form); answer.Status != http.StatusBadRequest {
		t.Fatalf("a forged token is answered %d %s", answer.Status, answer.Body)
	}
}

// forgedTokens is M5 of a caller who knows the credentials of an application, as everyone
// does of a public one.
func forgedTokens(t *testing.T, f *field) string {
	t.Helper()
	sent := 0
	repeat(300, 0, func(n int) { f.present(t, n); sent++ })
	return fmt.Sprintf("%d tokens", sent)
}

// forgedTokensCostNothing shows that a forged token makes the server ask nothing of the API
// server. Nothing else happens at the same time.
func (f *field) forgedTokensCostNothing(t *testing.T) {
	t.Helper()
	counted := func() devenv.Counts {
		all, err := devenv.RequestCounts(t.Context(), f.Kube.Config)
		if err != nil {
			t.Fatal(err)
		}
		return all.Filter(devenv.InGroups(sessionv1alpha1.GroupVersion.Group), devenv.WithVerbs("get", "create", "update", "patch"))
	}
	before := counted()
	for n := range 100 {
		f.present(t, n)
	}
	if more := counted().Diff(before); len(more) > 0 {
		t.Errorf("100 forged tokens make requests:\n%s", more)
	}
}

// polls is M2: who polls one user's name leaves the user in, in every browser.
func polls(t *testing.T, f *field) string {
	t.Helper()
	known := knownBrowser(t, f.neutral.replicas[0], "127.0.3.1", attacked)
	other, err := newGuesser(t.Context(), f.neutral.replicas[0], "127.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	repeat(60, 5, func(n int) {
		status, _, err := other.guess(t.Context(), attacked, fmt.Sprint("wrong", n))
		if err != nil || status == http.StatusSeeOther {
			t.Fatalf("a wrong password is answered %d, %v", status, err)
		}
		if status == http.StatusTooManyRequests {
			refused++
		}
		if n%30 == 29 {
			mustSignIn(t, known, "a known browser")
			unknown, err := newGuesser(t.Context(), f.neutral.replicas[0], "127.0.3.2")
			if err != nil {
				t.Fatal(err)
			}
			mustSignIn(t, unknown, "another browser")
		}
	})
	return fmt.Sprintf("%d polls refused", refused)
}

// wrongNames is M3: typing errors of many users behind one address leave known browsers
// there alone.
func wrongNames(t *testing.T, f *field) string {
	t.Helper()
	const shared = "127.0.4.1"
	known := knownBrowser(t, f.neutral.replicas[1], shared, attacked)
	other, err := newGuesser(t.Context(), f.neutral.replicas[1], shared)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	repeat(70, 2, func(n int) {
		status, _, err := other.guess(t.Context(), fmt.Sprint("user-", n), "wrong")
		if err != nil {
			t.Fatal(err)
		}
		if status == http.StatusTooManyRequests {
			refused++
		}
		if n%20 == 19 {
			mustSignIn(t, known, "a known browser")
		}
	})
	return fmt.Sprintf("%d names refused", refused)
}

// guesses is M7: as many addresses and names as it takes to fill the queue of one replica.
func guesses(t *testing.T, f *field) string {
	t.Helper()
	known := knownBrowser(t, f.neutral.replicas[0], "127.0.5.1", attacked)
	var mu sync.Mutex
	answers := map[int]int{}
	repeat(3, 1, func(round int) {
		var group sync.WaitGroup
		for n := range 24 {
			group.Go(func() {
				g, err := newGuesser(t.Context(), f.neutral.replicas[0], fmt.Sprintf("127.1.%d.%d", round, n+1))
				status := 0
				if err == nil {
					status, _, err = g.guess(t.Context(), fmt.Sprintf("user-%d-%d", round, n), "wrong")
				}
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				answers[status]++
			})
		}
		mustSignIn(t, known, "a known browser")
		group.Wait()
	})
	return fmt.Sprintf("%d guesses compared, %d sent away", answers[http.StatusForbidden], answers[http.StatusServiceUnavailable])
}

func mustSignIn(t *testing.T, g *guesser, which string) {
	t.Helper()
	if tries := g.signIn(t, attacked); tries > 2 {
		t.Errorf("the owner of the name is not in after two tries in %s", which)
	}
}
