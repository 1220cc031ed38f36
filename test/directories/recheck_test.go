package directories

import (
	"net/http"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/slapd"
)

// TestRecheck: what the directory says after the interval counts, and not before.
func TestRecheck(t *testing.T) {
	s := newScene(t, "asked")
	clock, replica, app := s.replica(t)
	tokens := s.tokens(t, app, "ada", "ada-password")
	step := func() installation.Answer {
		t.Helper()
		answer := refresh(t, app, tokens)
		if answer.Status == http.StatusOK {
			tokens = answer.JSON
		}
		return answer
	}
	subject := userinfo(t, app, tokens).JSON["sub"]
	s.directory.Set(t, "cn=platform,"+slapd.Groups, "member", bert)
	s.directory.Move(t, ada, "uid=countess", "")
	step()
	if groups, _ := userinfo(t, app, tokens).JSON["groups"].([]any); len(groups) != 2 {
		t.Errorf("before the interval: groups %v", groups)
	}
	clock.Turn(t, later, replica)
	step()
	info := userinfo(t, app, tokens).JSON
	if groups, _ := info["groups"].([]any); len(groups) != 0 || info["preferred_username"] != "asked:countess" || info["sub"] != subject {
		t.Errorf("after the interval: %v", info)
	}
	s.directory.Stop(t)
	clock.Turn(t, later, replica)
	if answer := step(); answer.Status != http.StatusOK {
		t.Errorf("a directory that is away, within spec.recheck.tolerate: %d %s", answer.Status, answer.Body)
	}
	s.directory.Run(t)
	s.directory.Remove(t, "uid=countess,"+slapd.People)
	clock.Turn(t, later, replica)
	if answer := step(); answer.Status != http.StatusBadRequest || answer.Code() != "invalid_grant" {
		t.Errorf("somebody who was removed: %d %s", answer.Status, answer.Body)
	}
	if answer := userinfo(t, app, tokens); answer.Status != http.StatusUnauthorized {
		t.Errorf("the access token of somebody who was removed: %d", answer.Status)
	}
	s.directory.Add(t, ada, []string{"inetOrgPerson"}, map[string]string{"uid": "ada", "cn": "Another Ada", "sn": "A", "userPassword": "ada-password"})
	if other := userinfo(t, app, s.tokens(t, app, "ada", "ada-password")).JSON["sub"]; other == subject {
		t.Error("a recycled name has the subject of its predecessor")
	}
}

// TestDisabled ends access within the interval, and what was issued stays invalid.
func TestDisabled(t *testing.T) {
	s := newScene(t, "leavers")
	clock, replica, app := s.replica(t)
	tokens := s.tokens(t, app, "bert", "bert-password")
	s.directory.Set(t, bert, "objectClass", "inetOrgPerson", "directoryAccount")
	s.directory.Set(t, bert, "nsAccountLock", "true")
	clock.Turn(t, later, replica)
	if answer := refresh(t, app, tokens); answer.Status != http.StatusBadRequest || answer.Code() != "invalid_grant" {
		t.Errorf("somebody who is disabled: %d %s", answer.Status, answer.Body)
	}
	s.directory.Set(t, bert, "nsAccountLock")
	clock.Turn(t, time.Minute, replica)
	if answer := refresh(t, app, tokens); answer.Status != http.StatusBadRequest {
		t.Errorf("what ended has begun again: %d", answer.Status)
	}
	s.tokens(t, app, "bert", "bert-password")
}

// TestAwayForLong: nobody stays signed in for longer than spec.recheck.tolerate.
func TestAwayForLong(t *testing.T) {
	s := newScene(t, "silent")
	clock, replica, app := s.replica(t)
	tokens := s.tokens(t, app, "ada", "ada-password")
	s.directory.Stop(t)
	for _, test := range []struct {
		by   time.Duration
		want int
	}{{later, http.StatusOK}, {20 * time.Hour, http.StatusOK}, {5 * time.Hour, http.StatusBadRequest}} {
		clock.Turn(t, test.by, replica)
		answer := refresh(t, app, tokens)
		if answer.Status != test.want {
			t.Errorf("%s later: %d %s", test.by, answer.Status, answer.Body)
		}
		if answer.Status == http.StatusOK {
			tokens = answer.JSON
		}
	}
	s.directory.Run(t)
	s.tokens(t, app, "ada", "ada-password")
}
