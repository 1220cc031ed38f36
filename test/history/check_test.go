package history

import (
	"math"
	"strings"
	"testing"
	"time"
)

var bounds = Bounds{Grace: 5 * time.Second, Notice: time.Second}

// at returns an operation that was sent at the one second and answered at the other.
func at(begin, end float64, o Operation) Operation {
	o.Begin, o.End = time.Duration(begin*float64(time.Second)), time.Duration(end*float64(time.Second))
	return o
}

func redeem(answer Answer, refresh string) Operation {
	return Operation{Kind: Redemption, Presented: "code", Login: "login", Answer: answer, Refresh: refresh, Access: strings.Replace(refresh, "r", "a", 1)}
}

func refresh(token string, answer Answer, next string) Operation {
	return Operation{Kind: Refresh, Presented: token, Answer: answer, Refresh: next, Access: strings.Replace(next, "r", "a", 1)}
}

func ask(kind Kind, presented string, answer Answer) Operation {
	return Operation{Kind: kind, Presented: presented, Answer: answer}
}

func wrong(o Operation) Operation {
	o.Wrong = true
	return o
}

func offline(o Operation) Operation {
	o.Offline = true
	return o
}

func secret(value string) Operation {
	return Operation{Kind: Secret, Presented: "client", Value: value}
}

var session1 = at(0, 0.1, redeem(Accepted, "r1"))

// lost was sent, and its answer never came.
func lost(begin float64, o Operation) Operation {
	o = at(begin, 0, o)
	o.Answer, o.End = Unknown, math.MaxInt64
	return o
}

func TestForbiddenHistoriesAreFound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rule       string
		operations []Operation
	}{
		"two redemptions of one code succeed": {"a code gave two sessions", []Operation{
			session1, at(0, 0.2, redeem(Accepted, "r9")),
		}},
		"two refreshes of one token give different tokens": {"a refresh token has two successors", []Operation{
			session1, at(1, 2, refresh("r1", Accepted, "r2")), at(1, 2, refresh("r1", Accepted, "r3")),
		}},
		"a retry after a lost answer gives another token": {"a refresh token has two successors", []Operation{
			session1, at(1, 2, refresh("r1", Accepted, "r2")), lost(2, refresh("r1", Unknown, "")), at(3, 4, refresh("r1", Accepted, "r3")),
		}},
		"a wrong verifier gets a session": {"a request without proof was accepted", []Operation{
			at(0, 1, wrong(redeem(Accepted, "r1"))),
		}},
		"another client refreshes": {"a request without proof was accepted", []Operation{
			session1, at(1, 2, wrong(refresh("r1", Accepted, "r2"))),
		}},
		"a code is refused at first": {"a code was refused that was presented once", []Operation{
			at(0, 1, redeem(Refused, "")),
		}},
		"a wrong verifier uses up the code": {"a code was refused that was presented once", []Operation{
			at(0, 1, wrong(redeem(Refused, ""))), at(2, 3, redeem(Refused, "")),
		}},
		"a refresh token is refused": {"a session was lost", []Operation{
			session1, at(1, 2, refresh("r1", Refused, "")),
		}},
		"an access token is not active": {"a session was lost", []Operation{
			session1, at(1, 2, ask(Use, "a1", Refused)),
		}},
		"a retry within the grace is refused": {"a session was lost", []Operation{
			session1, at(1, 2, refresh("r1", Unknown, "")), at(3, 4, refresh("r1", Refused, "")),
		}},
		"two tabs end the session": {"a session was lost", []Operation{
			session1, at(1, 2, refresh("r1", Accepted, "r2")), at(1, 2.5, refresh("r1", Accepted, "r2")), at(3, 4, refresh("r2", Refused, "")),
		}},
		"another client's refresh ends the session": {"a session was lost", []Operation{
			session1, at(1, 2, wrong(refresh("r1", Refused, ""))), at(3, 4, refresh("r1", Refused, "")),
		}},
		"a revocation by another client ends the session": {"a session was lost", []Operation{
			session1, at(1, 2, wrong(ask(Revocation, "r1", Refused))), at(3, 4, refresh("r1", Refused, "")),
		}},
		"a refusal before the revocation": {"a session was lost", []Operation{
			session1, at(1, 2, refresh("r1", Refused, "")), at(3, 4, ask(Revocation, "r1", Accepted)),
		}},
		"signing out ends an access token": {"a session was lost", []Operation{
			session1, at(1, 2, ask(SignOut, "login", Accepted)), at(3, 4, ask(Use, "a1", Refused)),
		}},
		"signing out ends what outlives the Login": {"a session was lost", []Operation{
			offline(session1), at(1, 2, ask(SignOut, "login", Accepted)), at(3, 4, refresh("r1", Refused, "")),
		}},
		"a revoked session refreshes": {"what had ended was accepted", []Operation{
			session1, at(1, 2, ask(Revocation, "a1", Accepted)), at(3.1, 4, refresh("r1", Accepted, "r2")),
		}},
		"a token of a revoked session is active": {"what had ended was accepted", []Operation{
			session1, at(1, 2, ask(Revocation, "r1", Accepted)), at(3.1, 4, ask(Use, "a1", Accepted)),
		}},
		"a session goes on whose code was presented twice": {"what had ended was accepted", []Operation{
			session1, at(0, 1, redeem(Refused, "")), at(3, 4, ask(Use, "a1", Accepted)),
		}},
		"a session goes on whose old token was used": {"what had ended was accepted", []Operation{
			session1, at(1, 2, refresh("r1", Accepted, "r2")), at(2, 3, refresh("r2", Accepted, "r3")), at(3, 4, refresh("r1", Refused, "")),
			at(6, 7, refresh("r3", Accepted, "r4")),
		}},
		"what was inactive is active": {"what had ended was accepted", []Operation{
			session1, at(1, 9, ask(Revocation, "r1", Unknown)), at(2, 3, ask(Use, "a1", Refused)), at(5, 6, ask(Use, "a1", Accepted)),
		}},
		"a session outlives signing out": {"a session goes on that ended with its Login", []Operation{
			session1, at(1, 2, ask(SignOut, "login", Accepted)), at(4, 5, refresh("r1", Accepted, "r2")),
		}},
		"a code outlives signing out": {"a session goes on that ended with its Login", []Operation{
			at(1, 2, ask(SignOut, "login", Accepted)), at(4, 5, offline(redeem(Accepted, "r1"))),
		}},
		"an error of the server":           {"a client got an answer that no server may give", []Operation{at(0, 1, redeem(Broken, ""))}},
		"a Secret changes":                 {"a client secret changed without a reason", []Operation{secret("1"), secret("2")}},
		"one rotation changes it twice":    {"a client secret changed without a reason", []Operation{secret("1"), ask(Rotation, "client", Accepted), secret("2"), secret("3")}},
		"another client's rotation":        {"a client secret changed without a reason", []Operation{secret("1"), ask(Rotation, "other", Accepted), secret("2")}},
		"an old client secret comes back":  {"an old client secret is back", []Operation{secret("1"), ask(Rotation, "client", Accepted), secret("2"), secret("1")}},
		"a rotation after the change only": {"a client secret changed without a reason", []Operation{secret("1"), secret("2"), ask(Rotation, "client", Accepted)}},
	} {
		t.Run(name, func(t *testing.T) {
			found := Check(test.operations, bounds)
			if len(found) != 1 || found[0].Rule != test.rule || !strings.HasPrefix(found[0].String(), test.rule+"\n") {
				t.Errorf("found %v", found)
			}
		})
	}
}

func TestAllowedHistoriesAreNotFound(t *testing.T) {
	t.Parallel()
	for name, operations := range map[string][]Operation{
		"an ordinary session": {
			session1, at(1, 2, refresh("r1", Accepted, "r2")), at(3, 4, refresh("r2", Accepted, "r3")), at(5, 6, ask(Use, "a3", Accepted)),
			at(7, 8, ask(Revocation, "r3", Accepted)), at(7, 9, ask(Use, "a3", Accepted)), at(10, 11, refresh("r3", Refused, "")),
		},
		"a code presented twice at once": {
			session1, at(0, 0.3, redeem(Refused, "")), at(0.2, 0.4, ask(Use, "a1", Accepted)), at(2, 3, ask(Use, "a1", Refused)),
		},
		"the session of a code whose first answer was lost is not given again": {
			lost(0, redeem(Unknown, "")), at(1, 2, redeem(Refused, "")),
		},
		"a code is redeemed at the second attempt": {
			at(0, 1, redeem(Unknown, "")), at(1, 2, redeem(Accepted, "r1")), at(3, 4, ask(Use, "a1", Accepted)),
		},
		"the server is away": {
			session1, at(1, 2, refresh("r1", Unknown, "")), at(2, 3, ask(Use, "a1", Unknown)), at(3, 4, ask(Revocation, "r1", Unknown)),
			at(5, 6, refresh("r1", Accepted, "r2")),
		},
		"a retry gets the same": {
			session1, at(1, 2, refresh("r1", Unknown, "")), at(3, 4, refresh("r1", Accepted, "r2")), at(4, 5, refresh("r1", Accepted, "r2")),
		},
		"a retry after the grace": {
			session1, at(1, 2, refresh("r1", Unknown, "")), at(7, 8, refresh("r1", Refused, "")), at(9, 10, ask(Use, "a1", Refused)),
		},
		"a refresh that was sent twice arrives once more when its successor is used": {
			session1, at(1, 2, refresh("r1", Accepted, "r2")), at(2, 3, refresh("r2", Refused, "")), at(2, 4, refresh("r1", Refused, "")),
		},
		"a revocation meets a refresh": {
			session1, at(1, 4, ask(Revocation, "r1", Accepted)), at(1, 2, refresh("r1", Accepted, "r2")), at(2, 3, refresh("r2", Refused, "")),
		},
		"a revocation without an answer": {
			session1, lost(1, ask(Revocation, "r1", Unknown)), at(2, 3, refresh("r1", Accepted, "r2")), at(20, 21, refresh("r2", Refused, "")),
		},
		"accepted within a second": {
			session1, at(1, 2, ask(Revocation, "r1", Accepted)), at(2.9, 4, ask(Use, "a1", Accepted)),
		},
		"signing out": {
			session1, at(1, 2, ask(SignOut, "login", Accepted)), at(3, 4, refresh("r1", Refused, "")), at(5, 6, ask(Use, "a1", Accepted)),
		},
		"signing out of something else": {
			session1, at(1, 2, ask(SignOut, "another", Accepted)), at(4, 5, refresh("r1", Accepted, "r2")),
		},
		"a session that outlives its Login": {
			offline(session1), at(1, 2, ask(SignOut, "login", Accepted)), at(4, 5, refresh("r1", Accepted, "r2")),
		},
		"a code from before signing out": {
			at(1, 2, ask(SignOut, "login", Accepted)), at(4, 5, offline(redeem(Refused, ""))),
		},
		"others try": {
			session1, at(1, 2, wrong(refresh("r1", Refused, ""))), at(1, 2, wrong(redeem(Refused, ""))), at(4, 5, refresh("r1", Accepted, "r2")),
		},
		"a token from before the history": {at(1, 2, refresh("r1", Refused, ""))},
		"Secrets that are rotated": {
			secret("1"), secret("1"), ask(Rotation, "client", Unknown), secret("2"), ask(Rotation, "client", Accepted), secret("2"), secret("3"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			if found := Check(operations, bounds); len(found) > 0 {
				t.Errorf("found %v", found)
			}
		})
	}
}

// What was recorded is in the order in which it was sent, shows no credential, and is
// unknown without an answer.
func TestRecorder(t *testing.T) {
	t.Parallel()
	r := NewRecorder()
	redeemed := r.Begin(Operation{Kind: Redemption, Presented: "code", Login: "login"})
	r.Begin(Operation{Kind: Redemption, Presented: "code"})
	redeemed(Accepted, "refresh", "access")
	r.Begin(Operation{Kind: Refresh, Presented: "refresh"})(Refused, "", "")
	r.See(Operation{Kind: Secret, Presented: "client", Value: "value"})
	all := r.Operations()
	if len(all) != 4 || all[0].End < all[1].Begin || all[1].Answer != Unknown || all[2].Presented != all[0].Refresh || all[2].Begin < all[0].End {
		t.Errorf("recorded %+v", all)
	}
	if found := Check(all, bounds); len(found) != 0 {
		t.Errorf("found %v", found)
	}
	for _, o := range all {
		for _, text := range []string{"code", "login", "refresh", "access", "client", "value"} {
			if o.Presented == text || o.Login == text || o.Refresh == text || o.Access == text || o.Value == text {
				t.Errorf("recorded %+v", o)
			}
		}
	}
}
