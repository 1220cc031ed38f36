package oauthidentityprovider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/jsonmembers"
	"github.com/grantor-dev/grantor/internal/outbound"
)

// maxMetadata is how many bytes of metadata are read.
const maxMetadata = 256 << 10

// needed are the endpoints that the metadata of an OpenID provider must name.
var needed = []string{"authorization_endpoint", "token_endpoint", "jwks_uri"}

// ask reads the metadata of an issuer, and returns what is wrong with it. It quotes nothing of
// the answer, which is a text of the issuer.
func ask(ctx context.Context, through *http.Client, issuer string) *problem {
	unavailable := func(why string) *problem {
		return &problem{oauthv1alpha1.ReasonProviderUnavailable, "The metadata of spec.oidc.issuer cannot be read: " + why + "."}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", nil)
	if err != nil {
		return unavailable("its address is not valid")
	}
	request.Header.Set("Accept", "application/json")
	response, err := through.Do(request)
	if errors.Is(err, outbound.ErrAddress) {
		return &problem{oauthv1alpha1.ReasonAddressNotAllowed,
			"The host of spec.oidc.issuer has an address that is not public. Add its network to spec.outbound.networks of the OAuthServer if the server shall call it."}
	}
	if err != nil {
		return unavailable(kindOf(err))
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return unavailable(fmt.Sprintf("the answer is HTTP %d", response.StatusCode))
	}
	body, err := io.ReadAll(response.Body)
	if tooLong, ok := errors.AsType[*http.MaxBytesError](err); ok && tooLong != nil {
		return notUsable("is longer than 256 KiB")
	}
	if err != nil {
		return unavailable("the answer broke off")
	}
	return judge(issuer, body)
}

func notUsable(why string) *problem {
	return &problem{oauthv1alpha1.ReasonProviderNotUsable, "The metadata of spec.oidc.issuer " + why + ". Create the provider again with the issuer that the metadata names, or have the metadata corrected."}
}

// judge returns what is wrong with metadata.
func judge(issuer string, body []byte) *problem {
	members, ok := jsonmembers.Parse(body, 16)
	if !ok {
		return notUsable("is no JSON object")
	}
	text := func(name string) (value string) {
		_ = json.Unmarshal(members[name], &value)
		return value
	}
	if text("issuer") != issuer {
		return notUsable("names another issuer")
	}
	for _, name := range needed {
		at, err := url.Parse(text(name))
		if err != nil || at.Host == "" || at.Scheme != "https" && (at.Scheme != "http" || !strings.HasPrefix(issuer, "http://")) {
			return notUsable("has no " + name + " with https")
		}
	}
	return nil
}

// kindOf says in a few words why a call failed. The error itself has addresses.
func kindOf(err error) string {
	var timeout interface{ Timeout() bool }
	switch text := err.Error(); {
	case errors.As(err, &timeout) && timeout.Timeout():
		return "it took too long"
	case strings.Contains(text, "no such host"):
		return "its host name is not known"
	case strings.Contains(text, "certificate"):
		return "its certificate is of no authority that is trusted; spec.outbound.caRef of the OAuthServer names others"
	}
	return "there is no answer"
}
