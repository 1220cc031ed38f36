package capacity

import (
	"net/http"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/limits"
)

// The bounds that can refuse an object.
const (
	ofUser   = "user"
	ofClient = "client"
	ofServer = "server"
)

// Kinds of objects.
const (
	kindGrant      = "Grant"
	kindLogin      = "Login"
	kindMark       = "Mark"
	kindApproval   = "Approval"
	kindConnection = "Connection"
	kindPerson     = "Person"
	kindEnrollment = "Enrollment"
)

// Refusals returns each kind of object with the bounds that can refuse it.
func Refusals() map[string][]string {
	return map[string][]string{
		kindGrant: {ofUser, ofClient, ofServer}, kindLogin: {ofUser, ofServer}, kindMark: {ofClient, ofServer}, kindApproval: {ofServer},
		kindConnection: {ofUser, ofServer}, kindPerson: {ofServer}, kindEnrollment: {ofServer},
	}
}

// Options are what a Capacity needs.
type Options struct {
	// Bounds returns the bounds and the operator's last count; false if there is no
	// OAuthServer, which leaves no room.
	Bounds func() (serverspec.Bounds, *oauthv1alpha1.SessionsStatus, bool)
	// Refused counts an object of a kind that a bound refused.
	Refused func(kind, bound string)
	Now     func() time.Time
}

// Capacity bounds what this replica stores.
type Capacity struct {
	Options
	limiter *limits.Limiter
}

// New returns a Capacity of which nothing is used.
func New(options Options) *Capacity { return &Capacity{Options: options, limiter: limits.New()} }

// Grant takes room for a Grant. It returns an httpx.Error if there is none.
func (c *Capacity) Grant(clientUID, subject string) error {
	b, counted, ok := c.Bounds()
	full, _ := b.Full(counted, clientUID)
	switch {
	case !ok:
		return c.refuse(kindGrant, ofServer, errGrants)
	case !c.take(grantsOfBoth, subject+"\x00"+clientUID, b.MaxGrantsPerUser), !c.take(grantsOfUser, subject, b.MaxOfUser()):
		return c.refuse(kindGrant, ofUser, errGrantsOfUser)
	case full, !c.take(grantsOfClient, clientUID, part(b.MaxGrantsPerClient)):
		return c.refuse(kindGrant, ofClient, errGrantsOfClient)
	case !c.take(grantsOfServer, "", part(b.MaxGrants-of(counted).Grants)):
		return c.refuse(kindGrant, ofServer, errGrants)
	}
	return nil
}

// Login takes room for a Login. It returns *identity.TooManyError or identity.ErrBusy if
// there is none.
func (c *Capacity) Login(subject string) error {
	b, counted, ok := c.Bounds()
	switch {
	case ok && !c.take(loginsOfUser, subject, b.MaxLoginsPerUser):
		return c.refuse(kindLogin, ofUser, &identity.TooManyError{RetryAfter: interval / time.Duration(b.MaxLoginsPerUser)})
	case !ok, !c.take(loginsOfServer, "", part(b.MaxLogins-of(counted).Logins)):
		return c.refuse(kindLogin, ofServer, identity.ErrBusy)
	}
	return nil
}

// Approval takes room for an Approval, of which there may be as many as Grants. It returns
// an httpx.Error if there is none. How many are one user's is for server/device.
func (c *Capacity) Approval() error {
	b, counted, ok := c.Bounds()
	if !ok || !c.take(approvalsOfServer, "", part(b.MaxGrants-of(counted).Approvals)) {
		return c.refuse(kindApproval, ofServer, errApprovals)
	}
	return nil
}

// Person takes room for the Person of a user who signs in first, of which there may be as many
// as Grants. It returns identity.ErrBusy if there is none.
func (c *Capacity) Person() error {
	b, counted, ok := c.Bounds()
	if !ok || !c.take(personsOfServer, "", part(b.MaxGrants-of(counted).Persons)) {
		return c.refuse(kindPerson, ofServer, identity.ErrBusy)
	}
	return nil
}

// Enrollment takes room for the first factor of a user of a provider, of which there may be as
// many as Grants.
func (c *Capacity) Enrollment() error {
	b, counted, ok := c.Bounds()
	free := part(b.MaxGrants - of(counted).Enrollments)
	switch {
	case ok && free <= 0:
		return c.refuse(kindEnrollment, ofServer, errEnrollmentsFull)
	case !ok, !c.take(enrollmentsOfServer, "", free):
		return c.refuse(kindEnrollment, ofServer, errEnrollments)
	}
	return nil
}

// Connection takes room for a Connection of a person, of which there may be as many as Grants.
// It returns an httpx.Error if there is none.
func (c *Capacity) Connection(subject string) error {
	b, counted, ok := c.Bounds()
	switch {
	case ok && c.limiter.Take(c.Now(), limits.Share{Kind: connectionsOfUser, Key: subject, Budget: connectionsOfPerson}) > 0:
		return c.refuse(kindConnection, ofUser, errConnectionsOfUser)
	case !ok, !c.take(connectionsOfServer, "", part(b.MaxGrants-of(counted).Connections)):
		return c.refuse(kindConnection, ofServer, errConnections)
	}
	return nil
}

// Assertion takes room for the Mark of an assertion that a client signed, and returns how
// to give it back where nothing was stored. It returns an httpx.Error if there is none.
func (c *Capacity) Assertion(clientUID string) (giveBack func(), err error) {
	return c.mark(assertionsOfClient, clientUID, errAssertions)
}

// Revocation takes room for the Mark of a token that a client revokes. It returns an
// httpx.Error if there is none.
func (c *Capacity) Revocation(clientUID string) error {
	_, err := c.mark(revocationsOfClient, clientUID, errRevocations)
	return err
}

func (c *Capacity) mark(ofItsOwn limits.Kind, clientUID string, tooMany error) (giveBack func(), err error) {
	b, counted, ok := c.Bounds()
	_, full := b.Full(counted, clientUID)
	key := clientUID
	if clientid.UID(clientUID).Virtual() {
		// Anyone can have as many such clients as they want.
		key = ofUnregistered
	}
	own := limits.Share{Kind: ofItsOwn, Key: key, Budget: marksOfClient}
	free := part(b.MaxMarks - of(counted).Marks)
	switch {
	case ok && (full || c.limiter.Take(c.Now(), own) > 0):
		return nil, c.refuse(kindMark, ofClient, tooMany)
	case !ok, !c.take(marksOfServer, "", free):
		return nil, c.refuse(kindMark, ofServer, errMarks)
	}
	return func() { c.limiter.Return(own, share(marksOfServer, "", free)) }, nil
}

func (c *Capacity) refuse(kind, bound string, err error) error {
	c.Refused(kind, bound)
	return err
}

// of returns a count; nothing was counted where there is none.
func of(counted *oauthv1alpha1.SessionsStatus) oauthv1alpha1.SessionsStatus {
	if counted == nil {
		return oauthv1alpha1.SessionsStatus{}
	}
	return *counted
}

// The refusals name the field of the OAuthServer for its administrator.
var (
	errGrants            = spent(30*time.Second, "The server keeps as many authorizations as it may (sessions.maxGrants); try again later.")
	errGrantsOfClient    = spent(30*time.Second, "The server keeps as many authorizations of this client as it may (sessions.maxGrantsPerClient); try again later.")
	errGrantsOfUser      = spent(30*time.Second, "The user authorizes applications too often (sessions.maxGrantsPerUser); try again later.")
	errApprovals         = spent(30*time.Second, "The server keeps as many codes of devices as it may (sessions.maxGrants); try again later.")
	errConnections       = spent(30*time.Second, "The server keeps as many codes of providers as it may (sessions.maxGrants). Wait a moment, then load this page again.")
	errConnectionsOfUser = spent(30*time.Second, "You authorized too often. Wait a moment, then load this page again.")
	errEnrollments       = spent(30*time.Second, "Too many users add a second factor at the same time (sessions.maxGrants). Wait a moment, then load this page again.")
	errEnrollmentsFull   = spent(interval, "The server keeps as many second factors as it may (sessions.maxGrants). Ask an administrator.")
	errMarks             = spent(30*time.Second, "The server keeps as many used assertions and revoked tokens as it may (sessions.maxMarks); try again later.")
	errAssertions        = spent(time.Second, "The client sends too many assertions; keep access tokens until they expire.")
	errRevocations       = spent(time.Second, "The client revokes too many tokens; let them expire.")
)

func spent(wait time.Duration, description string) error {
	return httpx.Spent(http.StatusServiceUnavailable, wait, description)
}
