package device

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/clientauth"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/approvals"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// GrantType is the grant type of devices (RFC 8628 section 3.4).
const GrantType = string(oauthv1alpha1.GrantDeviceCode)

// interval is how long a device waits between two questions (RFC 8628 section 3.2).
const interval = 5 * time.Second

// Beginnings cost a seal each and nothing that stays.
var (
	startsOfAddress = limits.Budget{Burst: 30, Every: 2 * time.Second}
	startsOfClient  = limits.Budget{Burst: 300, Every: 200 * time.Millisecond}
)

// Start is the device authorization endpoint (RFC 8628 section 3.1). It stores nothing: what
// the device asks for is in the codes that it gets.
type Start struct {
	// Issuer returns the issuer URL, Now the time.
	Issuer func() string
	Now    func() time.Time
	// Clients authenticates clients as the token endpoint does.
	Clients *clientauth.Authenticator
	Proofs  *dpop.Verifier
	Keys    *keys.Store
	// Address returns where a request comes from, the zero Addr for an address that many
	// share.
	Address func(*http.Request) netip.Addr
	Limiter *limits.Limiter
}

var _ httpx.Endpoint = (*Start)(nil)

// response is what a device gets (RFC 8628 section 3.2).
type response struct {
	DeviceCode      string `json:"device_code"`
	UserCode        string `json:"user_code"`
	VerificationURI string `json:"verification_uri"`
	CompleteURI     string `json:"verification_uri_complete,omitempty"`
	ExpiresIn       int64  `json:"expires_in"`
	Interval        int64  `json:"interval"`
}

// ServeEndpoint implements httpx.Endpoint.
func (s *Start) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.ParseForm(w, r); err != nil {
		return err
	}
	client, err := s.Clients.Authenticate(r, r.PostForm)
	if err != nil {
		return err
	}
	if !client.May(GrantType) {
		return httpx.BadRequest(httpx.CodeUnauthorizedClient, "The client may not use the device grant: spec.grantTypes of its OAuthClient must contain %s.", GrantType)
	}
	code, err := asked(client, r.PostForm)
	if err != nil {
		return err
	}
	address, now := s.Address(r), s.Now()
	if wait := s.Limiter.Take(now, shares(client, address)...); wait > 0 {
		return httpx.Spent(http.StatusTooManyRequests, wait, "Too many devices began at once. Try again later.")
	}
	if code.Confirmation.JKT, err = s.Proofs.Proof(w, r, endpoints.DeviceAuthorization); err != nil {
		return err
	}
	code.Agent = agent(r.UserAgent())
	if address.IsValid() {
		code.Address = address.String()
	}
	code.Issued, code.Expires = now.Unix(), now.Add(client.People().Device.CodeLifetime).Unix()
	answer, err := s.answer(client, code)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusOK, answer)
	return nil
}

// shares returns what a beginning counts for. Anyone can name a client without credentials, and
// must not use up what its users need.
func shares(client *clients.Client, address netip.Addr) []limits.Share {
	all := limits.Networks("address", "", address, startsOfAddress)
	if !client.IsPublic() {
		all = append(all, limits.Share{Kind: "client", Key: string(client.UID()), Budget: startsOfClient})
	}
	return all
}

// asked reads what a device asks for.
func asked(client *clients.Client, form url.Values) (*approvals.Code, error) {
	audiences, ok := client.Audiences(form)
	if !ok {
		return nil, httpx.InvalidTarget()
	}
	scopes, err := request.Scopes(form, client, audiences)
	if err != nil {
		return nil, err
	}
	granted := client.Access(scopes, audiences, false)
	return &approvals.Code{
		Grant: storage.NewName(), ClientID: client.GetID(), ClientUID: string(client.UID()), UserCode: approvals.NewUserCode(),
		Scopes: grants.DigestsOf(granted.Scopes), Audiences: grants.DigestsOf(granted.Audiences),
	}, nil
}

// answer makes the codes of a device.
func (s *Start) answer(client *clients.Client, code *approvals.Code) (*response, error) {
	set, err := s.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	issuer := s.Issuer()
	deviceCode, err := code.DeviceCode(set, issuer)
	if errors.Is(err, grants.ErrTooLong) {
		return nil, httpx.BadRequest(httpx.CodeInvalidScope, "The request asks for too many scopes and audiences at once.")
	}
	if err != nil {
		return nil, err
	}
	shown := approvals.FormatUserCode(code.UserCode)
	answer := &response{
		DeviceCode: deviceCode, UserCode: shown, VerificationURI: issuer + endpoints.Device,
		ExpiresIn: code.Expires - code.Issued, Interval: int64(interval / time.Second),
	}
	if !client.People().Device.Typed {
		link, err := code.Link(set, issuer)
		if err != nil {
			return nil, err
		}
		answer.CompleteURI = answer.VerificationURI + "?" + url.Values{"link": {link}}.Encode()
	}
	return answer, nil
}

// agent returns what a page may show of a User-Agent: its first words.
func agent(sent string) string {
	const most = 40
	foreign := func(c rune) bool { return c < ' ' || c > '~' }
	if strings.ContainsFunc(sent, foreign) {
		return ""
	}
	if len(sent) > most {
		sent = sent[:most]
	}
	return strings.TrimSpace(sent)
}
