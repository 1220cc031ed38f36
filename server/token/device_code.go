package token

import (
	"context"
	"errors"
	"time"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/approvals"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Approvals finds what users decided about devices.
type Approvals interface {
	// Answer returns the Approval that allows a device what it asked for, or an httpx.Error.
	Answer(ctx context.Context, code *approvals.Code) (*approvals.Approval, error)
}

const typeDeviceCode = "urn:ietf:params:oauth:grant-type:device_code"

// DeviceCode is the device grant (RFC 8628 section 3.4). fosite's own stores what a device
// asks for before a user has signed in.
type DeviceCode struct {
	*tokens.Verifier

	Approvals Approvals
	Capacity  Capacity
}

var _ Grant = (*DeviceCode)(nil)

// again is how long the tokens of a device code are given once more: the answer may have
// been lost, and replicas have different clocks.
const again = time.Minute

// Type implements Grant.
func (d *DeviceCode) Type() string { return typeDeviceCode }

// Authorize implements Grant.
func (d *DeviceCode) Authorize(ctx context.Context, request Request) (Issue, error) {
	code, err := d.presented(request)
	if err != nil {
		return Issue{}, err
	}
	approval, err := d.Approvals.Answer(ctx, code)
	if err != nil {
		return Issue{}, err
	}
	g, err := d.Grants.Find(ctx, code.Grant)
	switch {
	case errors.Is(err, grants.ErrGone):
		return d.begin(ctx, request, code, approval)
	case errors.Is(err, grants.ErrVoid):
		return Issue{}, errDeviceCode
	case err != nil:
		return Issue{}, httpx.Unavailable(err)
	case g.Revoked:
		return Issue{}, errDeviceCode
	case !g.Held(g.Generation, request.Proved):
		return Issue{}, errNotHeld
	case gained(request.Client, approval):
		return Issue{}, errNotCovered
	case g.Generation > 1 || d.Now().After(g.IssuedAt.Add(again)):
		return Issue{}, endGrant(ctx, d.Verifier, g.Name, errDeviceCode)
	}
	return d.issue(ctx, request, g, g.IssuedAt)
}

// presented reads the device code of a request.
func (d *DeviceCode) presented(request Request) (*approvals.Code, error) {
	text := request.Form.Get("device_code")
	if text == "" {
		return nil, httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'device_code' is missing.")
	}
	set, err := d.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	code, err := approvals.OpenDeviceCode(set, d.Issuer(), text)
	if err != nil || code.ClientUID != string(request.Client.UID()) {
		return nil, errDeviceCode
	}
	if !code.Confirmation.Met(request.Proved) {
		return nil, errNotHeld
	}
	return code, nil
}

// begin returns what an Approval gives. Its Grant is not yet stored. It outlives the Login,
// which is of another browser than the device as a rule.
func (d *DeviceCode) begin(ctx context.Context, request Request, code *approvals.Code, approval *approvals.Approval) (Issue, error) {
	client := request.Client
	set, err := d.Keys.Current()
	if err != nil {
		return Issue{}, httpx.Unavailable(err)
	}
	granted, all := client.Granted(code.Scopes, code.Audiences)
	if !all || gained(client, approval) {
		return Issue{}, errNotCovered
	}
	g := grants.Begin(grants.Grant{
		ClientID: client.GetID(), Root: set.Root(), Scopes: granted.Scopes, Audiences: granted.Audiences, Confirmation: refreshBinding(request),
	}, grants.Code{
		Grant: code.Grant, ClientUID: code.ClientUID, Subject: approval.Subject, UserUID: approval.UserUID, Link: approval.Link, Offline: true,
		AMR: approval.AMR, Said: approval.Said, AuthTime: approval.AuthTime, IssuedAt: approval.DecidedAt, ExpiresAt: code.ExpiresAt().Add(approvals.Late),
	}, lifetimes(client, client.May(typeRefreshToken)), d.Now())
	issue, err := d.issue(ctx, request, g, approval.DecidedAt)
	issue.Commit = func(ctx context.Context) error { return d.commit(ctx, g) }
	return issue, err
}

// gained reports whether a client may refresh since its user was asked.
func gained(client *clients.Client, approval *approvals.Approval) bool {
	return client.May(typeRefreshToken) && !approval.Refreshes
}

// issue returns what a Grant gives, if its user is still authorized.
func (d *DeviceCode) issue(ctx context.Context, request Request, g *grants.Grant, issuedAt time.Time) (Issue, error) {
	client := request.Client
	user, err := stillAuthorized(ctx, d.Verifier, client, g, "", issuedAt)
	if err != nil {
		return Issue{}, err
	}
	granted := consents.Names(g.Audiences)
	if !client.Admitted(granted, user.Username, user.Groups) {
		return Issue{}, errNotAuthorized
	}
	audiences, err := narrowedAudiences(client, granted, request.Form)
	if err != nil {
		return Issue{}, err
	}
	return Issue{Content: tokens.Content{Scopes: client.ScopesAt(access(g), audiences), Audiences: audiences, Grant: g, User: user}}, nil
}

// commit creates the Grant. A device that asks twice at once gets one Grant: the question
// that comes second is to be asked again, and finds it.
func (d *DeviceCode) commit(ctx context.Context, g *grants.Grant) error {
	if err := d.Capacity.Grant(g.ClientUID, g.Subject); err != nil {
		return err
	}
	err := d.Grants.Create(ctx, g, d.Now())
	if errors.Is(err, grants.ErrUsed) {
		return httpx.BadRequest(httpx.CodeAuthorizationPending, "Another request is redeeming the device code.")
	}
	return httpx.UnavailableIf(err)
}

// errDeviceCode does not tell why a device code is not valid.
var errDeviceCode = httpx.BadRequest(httpx.CodeInvalidGrant, "The device code is invalid, used or was issued to another client.")
