package capacity

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
)

// fixture is a Capacity with a clock, an OAuthServer and what was refused.
type fixture struct {
	*Capacity
	server  *oauthv1alpha1.OAuthServer
	now     time.Time
	refused map[string]int
}

func newFixture(spec oauthv1alpha1.ServerSessions) *fixture {
	f := &fixture{server: &oauthv1alpha1.OAuthServer{}, now: time.Unix(1000, 0), refused: map[string]int{}}
	f.server.Spec.Sessions = spec
	f.Capacity = New(Options{
		Bounds: func() (serverspec.Bounds, *oauthv1alpha1.SessionsStatus, bool) {
			if f.server == nil {
				return serverspec.Bounds{}, nil, false
			}
			return serverspec.Of(f.server).Bounds, f.server.Status.Sessions, true
		},
		Refused: func(kind, bound string) { f.refused[kind+" of "+bound]++ },
		Now:     func() time.Time { return f.now },
	})
	return f
}

func (f *fixture) assertion(clientUID string) error {
	_, err := f.Assertion(clientUID)
	return err
}

// taken returns how many of some attempts found room.
func taken(t *testing.T, attempts int, take func(n int) error) int {
	t.Helper()
	granted := 0
	for n := range attempts {
		err := take(n)
		var tooMany *identity.TooManyError
		refusal, ok := errors.AsType[*httpx.Error](err)
		switch {
		case err == nil:
			granted++
		case ok && refusal.Status == http.StatusServiceUnavailable && refusal.Code == httpx.CodeTemporarilyUnavailable && refusal.RetryAfter > 0:
		case errors.As(err, &tooMany) && tooMany.RetryAfter > 0, errors.Is(err, identity.ErrBusy):
		default:
			t.Fatalf("refused with %v", err)
		}
	}
	return granted
}

func TestUsersAndClientsHaveShares(t *testing.T) {
	type sessions = oauthv1alpha1.ServerSessions
	full := func(kind func(*oauthv1alpha1.FullClient)) *oauthv1alpha1.SessionsStatus {
		app := oauthv1alpha1.FullClient{UID: "app"}
		kind(&app)
		return &oauthv1alpha1.SessionsStatus{Grants: 60_000, Marks: 60_000, FullClients: []oauthv1alpha1.FullClient{app}}
	}
	grants, marks := full(func(c *oauthv1alpha1.FullClient) { c.Grants = 50_000 }), full(func(c *oauthv1alpha1.FullClient) { c.Marks = 20_000 })
	each := func(n int) string { return fmt.Sprint(n) }
	tests := map[string]struct {
		spec     sessions
		counted  *oauthv1alpha1.SessionsStatus
		attempts int
		take     func(*fixture, int) error
		taken    int
		refused  string
	}{
		"a user and a client": {sessions{}, nil, 60, func(f *fixture, _ int) error { return f.Grant("app", "ada") }, 50, "Grant of user"},
		"a user and many clients": {sessions{}, nil, 600, func(f *fixture, n int) error { return f.Grant(each(n), "ada") }, 500,
			"Grant of user"},
		"a client and many users": {sessions{}, nil, 6000, func(f *fixture, n int) error { return f.Grant("app", each(n)) }, 5000,
			"Grant of client"},
		"many clients and users": {sessions{}, nil, 11_000, func(f *fixture, n int) error { return f.Grant(each(n/2), each(n)) }, 10_000,
			"Grant of server"},
		"a client that is full":   {sessions{}, grants, 1, func(f *fixture, _ int) error { return f.Grant("app", "ada") }, 0, "Grant of client"},
		"another one":             {sessions{}, grants, 1, func(f *fixture, _ int) error { return f.Grant("other", "ada") }, 1, ""},
		"a client full of Marks":  {sessions{}, marks, 1, func(f *fixture, _ int) error { return f.assertion("app") }, 0, "Mark of client"},
		"its Grants":              {sessions{}, marks, 1, func(f *fixture, _ int) error { return f.Grant("app", "ada") }, 1, ""},
		"assertions of a client":  {sessions{}, nil, 500, func(f *fixture, _ int) error { return f.assertion("app") }, 400, "Mark of client"},
		"revocations of a client": {sessions{}, nil, 500, func(f *fixture, _ int) error { return f.Revocation("app") }, 400, "Mark of client"},
		"assertions of many clients": {sessions{MaxMarks: 2000}, nil, 500, func(f *fixture, n int) error { return f.assertion(each(n)) }, 200,
			"Mark of server"},
		"a user who signs in": {sessions{}, nil, 30, func(f *fixture, _ int) error { return f.Login("ada") }, 20, "Login of user"},
		"many users who sign in": {sessions{MaxLogins: 5000}, nil, 600, func(f *fixture, n int) error { return f.Login(each(n)) }, 500,
			"Login of server"},
		"users of devices": {sessions{MaxGrants: 5000}, nil, 600, func(f *fixture, _ int) error { return f.Approval() }, 500, "Approval of server"},
		"as many Approvals as there may be": {sessions{}, &oauthv1alpha1.SessionsStatus{Approvals: 100_000}, 1, func(f *fixture, _ int) error { return f.Approval() }, 0,
			"Approval of server"},
		"a person who authorizes": {sessions{}, nil, 30, func(f *fixture, _ int) error { return f.Connection("ada") }, 10, "Connection of user"},
		"people who authorize": {sessions{MaxGrants: 5000}, nil, 600, func(f *fixture, n int) error { return f.Connection(each(n)) }, 500,
			"Connection of server"},
		"users who sign in first":             {sessions{MaxGrants: 5000}, nil, 600, func(f *fixture, _ int) error { return f.Person() }, 500, "Person of server"},
		"as many Persons as there may be":     {sessions{}, &oauthv1alpha1.SessionsStatus{Persons: 100_000}, 1, func(f *fixture, _ int) error { return f.Person() }, 0, "Person of server"},
		"users of providers who add a factor": {sessions{MaxGrants: 5000}, nil, 600, func(f *fixture, _ int) error { return f.Enrollment() }, 500, "Enrollment of server"},
		"as many Enrollments as there may be": {sessions{}, &oauthv1alpha1.SessionsStatus{Enrollments: 100_000}, 1, func(f *fixture, _ int) error { return f.Enrollment() }, 0, "Enrollment of server"},
		"as many Connections as there may be": {sessions{}, &oauthv1alpha1.SessionsStatus{Connections: 100_000}, 1, func(f *fixture, _ int) error { return f.Connection("ada") }, 0,
			"Connection of server"},
		"a bound that was reached": {sessions{}, &oauthv1alpha1.SessionsStatus{Logins: 100_000}, 1, func(f *fixture, _ int) error { return f.Login("ada") }, 0,
			"Login of server"},
		"the last that is free": {sessions{}, &oauthv1alpha1.SessionsStatus{Grants: 99_999}, 2, func(f *fixture, n int) error { return f.Grant(each(n), each(n)) }, 1,
			"Grant of server"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFixture(test.spec)
			f.server.Status.Sessions = test.counted
			if n := taken(t, test.attempts, func(n int) error { return test.take(f, n) }); n != test.taken {
				t.Errorf("room for %d of %d, not for %d", n, test.attempts, test.taken)
			}
			if want := test.attempts - test.taken; f.refused[test.refused] != want || len(f.refused) > min(want, 1) {
				t.Errorf("refused are %v", f.refused)
			}
		})
	}
}

// Refused attempts of one user, or one client, take nothing from others.
func TestWhoIsRefusedTakesNothingFromOthers(t *testing.T) {
	f := newFixture(oauthv1alpha1.ServerSessions{MaxGrants: 1000})
	taken(t, 5000, func(int) error { return f.Grant("app", "ada") })
	if n := taken(t, 50, func(n int) error { return f.Grant("app", fmt.Sprint(n)) }); n != 50 {
		t.Errorf("%d of 50 others find room", n)
	}
}

func TestRoomComesBackWithTimeAndWithAnotherCount(t *testing.T) {
	f := newFixture(oauthv1alpha1.ServerSessions{MaxGrants: 10_000})
	users := 0
	grant := func(int) error { users++; return f.Grant(fmt.Sprint(users), fmt.Sprint(users)) }
	if n := taken(t, 2000, grant); n != 1000 {
		t.Fatalf("room for %d at once, not for a tenth", n)
	}
	f.now = f.now.Add(interval)
	if n := taken(t, 2000, grant); n != 1000 {
		t.Errorf("room for %d after an interval, not for a tenth again", n)
	}
	f.server.Status.Sessions = &oauthv1alpha1.SessionsStatus{Grants: 8000}
	f.now = f.now.Add(interval)
	if n := taken(t, 2000, grant); n != 200 {
		t.Errorf("room for %d, not for a tenth of what is free", n)
	}
	f.server.Status.Sessions = &oauthv1alpha1.SessionsStatus{Grants: 10_000}
	f.now = f.now.Add(interval)
	if n := taken(t, 10, grant); n != 0 {
		t.Errorf("room for %d, and nothing is free", n)
	}
	f.server.Status.Sessions.Grants = 0
	f.now = f.now.Add(interval)
	if n := taken(t, 10, grant); n == 0 {
		t.Error("no room, and everything is free")
	}
	f.server = nil
	if err := errors.Join(f.Grant("a", "a"), f.Login("a"), f.assertion("a"), f.Revocation("a")); taken(t, 1, grant) != 0 || err == nil {
		t.Error("room at no OAuthServer")
	}
}

// Four replicas that take all that they may, between two counts and at any time in
// between, do not pass a bound by more than the few that each may take in any case.
func TestABurstAtFourReplicasDoesNotPassABound(t *testing.T) {
	for _, present := range []int64{0, 90_000, 99_950} {
		f := newFixture(oauthv1alpha1.ServerSessions{})
		f.server.Status.Sessions = &oauthv1alpha1.SessionsStatus{Grants: present}
		each := 0
		for end, attempts := f.now.Add(interval), 10_100; f.now.Before(end); f.now, attempts = f.now.Add(time.Minute), 1_100 {
			each += taken(t, attempts, func(n int) error { return f.Grant(fmt.Sprint(n%100), fmt.Sprint(f.now.Unix(), n)) })
		}
		if all, limit := present+int64(4*each), int64(100_000+4*2*fewest); all > limit {
			t.Errorf("from %d, %d Grants: more than %d", present, all, limit)
		}
	}
}

// What is given back takes room from neither the client nor the server.
func TestRoomIsGivenBack(t *testing.T) {
	f := newFixture(oauthv1alpha1.ServerSessions{MaxMarks: 3000})
	for n := range 1000 {
		giveBack, err := f.Assertion("app")
		if err != nil {
			t.Fatalf("attempt %d: %v", n, err)
		}
		giveBack()
	}
	if n := taken(t, 500, func(int) error { return f.assertion("app") }); n != 300 {
		t.Errorf("then there is room for %d, not for 300", n)
	}
}

// Anyone can have any number of clients without an OAuthClient, so they have one share.
func TestClientsThatAreNotRegisteredShare(t *testing.T) {
	f := newFixture(oauthv1alpha1.ServerSessions{})
	uid := func(n int) string { return string(clientid.OfDocument(fmt.Sprintf("https://agent.example/%d", n))) }
	if n := taken(t, 2*marksOfClient.Burst, func(n int) error { return f.assertion(uid(n)) }); n != marksOfClient.Burst {
		t.Errorf("%d assertions", n)
	}
	if n := taken(t, 2*marksOfClient.Burst, func(n int) error { return f.Revocation(uid(n)) }); n != marksOfClient.Burst {
		t.Errorf("%d revocations", n)
	}
	if err := f.assertion("app"); err != nil {
		t.Errorf("a client with an OAuthClient: %v", err)
	}
}
