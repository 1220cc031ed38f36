package provider

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ory/fosite"

	"github.com/grantor-dev/grantor/server/accesstoken"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/subjects"
)

// TokenResponse is the answer to a token request (RFC 6749 section 5.1).
type TokenResponse struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int64  `json:"expires_in"`
	RefreshToken string `json:"refresh_token,omitempty"`
	IDToken      string `json:"id_token,omitempty"`
	Scope        string `json:"scope,omitempty"`
}

// Token answers a token request that ParseForm has read. What a grant stores is
// stored last, when everything that can fail has succeeded. It returns an
// httpx.Error.
func (p *Provider) Token(ctx context.Context, r *http.Request) (*TokenResponse, error) {
	s := &session{}
	request, err := p.fosite.NewAccessRequest(ctx, r, s)
	if err != nil {
		return nil, p.refused(ctx, request, s, err)
	}
	response, err := p.fosite.NewAccessResponse(ctx, request)
	if err != nil {
		return nil, p.refused(ctx, request, s, err)
	}
	if s.commit != nil {
		if err := s.commit(ctx); err != nil {
			return nil, p.refused(ctx, request, s, err)
		}
	}
	event := p.tokenEvent(request, s)
	event.Scopes = request.GetGrantedScopes()
	audit.Record(ctx, event)
	return &TokenResponse{
		AccessToken:  response.GetAccessToken(),
		TokenType:    "Bearer",
		ExpiresIn:    int64(s.lifetime / time.Second),
		RefreshToken: s.refreshToken,
		IDToken:      s.idToken,
		Scope:        join(request.GetGrantedScopes()),
	}, nil
}

// errForeignRequest says that fosite was composed with types that are not ours.
var errForeignRequest = errors.New("the request does not carry a client and session of this server")

// accessToken makes the access token of a request that its grant has approved.
func (p *Provider) accessToken(request fosite.Requester) (string, error) {
	client, ok := request.GetClient().(*clients.Client)
	s, okSession := request.GetSession().(*session)
	if !ok || !okSession {
		return "", errForeignRequest
	}
	set, err := p.Keys.Current()
	if err != nil {
		return "", httpx.Unavailable(err)
	}
	s.lifetime = client.Tokens().AccessLifetime
	now, issuer := p.Now(), p.Issuer()
	claims := accesstoken.Claims{
		Issuer:    issuer,
		Subject:   client.GetID(),
		Audience:  request.GetGrantedAudience(),
		ClientID:  client.GetID(),
		ClientUID: string(client.UID()),
		Scope:     join(request.GetGrantedScopes()),
		IssuedAt:  now.Unix(),
		ExpiresAt: now.Add(s.lifetime).Unix(),
		ID:        accesstoken.NewID(),
	}
	if s.grant != nil {
		claims.Grant, claims.AuthTime = s.grant.Name, s.grant.AuthTime.Unix()
		if claims.Subject, err = subjects.Told(set, client, s.grant.Subject); err != nil {
			return "", httpx.Unavailable(err)
		}
	}
	if len(claims.Audience) == 0 {
		claims.Audience = []string{issuer}
	}
	return accesstoken.Mint(set, client.AccessTokenFormat(), claims)
}

// publicError turns an error of fosite into one for the client. Only texts that
// fosite or we wrote are passed on; causes go to the log.
func publicError(err error) error {
	if ours, ok := errors.AsType[*httpx.Error](err); ok {
		return ours
	}
	theirs, ok := errors.AsType[*fosite.RFC6749Error](err)
	if !ok || theirs.CodeField >= http.StatusInternalServerError {
		return err
	}
	description := theirs.HintField
	if description == "" {
		description = theirs.DescriptionField
	}
	return &httpx.Error{Code: theirs.ErrorField, Description: description, Status: theirs.CodeField}
}
