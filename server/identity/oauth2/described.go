package oauth2

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/jsonmembers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

const (
	// maxProfile is the size of a profile in bytes, maxDepth how deep it is nested.
	maxProfile = 64 << 10
	maxDepth   = 16
	// maxGroups is how many groups are taken over.
	maxGroups = 1000
)

// described is a profile that the spec of a provider describes.
type described struct{ at oauthv1alpha1.OAuth2Profile }

func (d described) account(ctx context.Context, ask asker, token string) (upstream.Account, error) {
	got, err := ask.get(ctx, string(d.at.URL), token, "application/json", maxProfile)
	if err != nil {
		return upstream.Account{}, err
	}
	if err := got.check(); err != nil {
		return upstream.Account{}, err
	}
	return d.read(got.body)
}

// read returns what a profile says.
func (d described) read(body []byte) (upstream.Account, error) {
	if _, ok := jsonmembers.Parse(body, maxDepth); !ok {
		return upstream.Account{}, errors.New("OAuth 2.0 server: the profile is no JSON object, or has a member twice")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	// Numbers stay as they are written: an ID of 17 digits would change as a float.
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return upstream.Account{}, errors.New("OAuth 2.0 server: the profile is no JSON object")
	}
	value, there := find(document, d.at.ID)
	id, ok := idOf(value)
	if !there || !ok {
		return upstream.Account{}, fmt.Errorf("OAuth 2.0 server: the profile has no text and no whole number at %s, which oauth2.custom.profile.id names", d.at.ID)
	}
	text := func(at oauthv1alpha1.JSONPointer) string {
		value, _ := find(document, at)
		if text, ok := value.(string); ok && upstream.Line(text) {
			return text
		}
		return ""
	}
	account := upstream.Account{ID: id, Username: text(d.at.Username), DisplayName: text(d.at.DisplayName), Email: text(d.at.Email)}
	if account.Username == "" && d.at.Username == "" {
		account.Username = id
	}
	if verified, _ := find(document, d.at.EmailVerified); account.Email != "" {
		account.EmailVerified, _ = verified.(bool)
	}
	groups, _ := find(document, d.at.Groups)
	var err error
	account.Groups, err = groupsOf(groups)
	return account, err
}

// find returns what a pointer names (RFC 6901 section 4). The empty pointer names nothing
// here.
func find(document any, at oauthv1alpha1.JSONPointer) (any, bool) {
	if at == "" {
		return nil, false
	}
	for token := range strings.SplitSeq(string(at)[1:], "/") {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		switch in := document.(type) {
		case map[string]any:
			value, there := in[token]
			if !there {
				return nil, false
			}
			document = value
		case []any:
			n, err := strconv.Atoi(token)
			if err != nil || n < 0 || n >= len(in) || strconv.Itoa(n) != token {
				return nil, false
			}
			document = in[n]
		default:
			return nil, false
		}
	}
	return document, true
}

// idOf returns an ID. A number must be written with digits only: 1e3 and 1000 would be one
// number but two strings.
func idOf(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, upstream.Line(v)
	case json.Number:
		text := v.String()
		return text, len(text) <= upstream.MaxValue && strings.Trim(text, "0123456789") == ""
	}
	return "", false
}

// groupsOf returns a list of strings, or one string. Other values in a list are left out.
func groupsOf(value any) ([]string, error) {
	var groups []string
	switch v := value.(type) {
	case string:
		if upstream.Line(v) {
			groups = append(groups, v)
		}
	case []any:
		for _, one := range v {
			if text, ok := one.(string); ok && upstream.Line(text) {
				groups = append(groups, text)
			}
		}
	}
	if len(groups) > maxGroups {
		return nil, errors.New("OAuth 2.0 server: the user has more than 1,000 groups")
	}
	return groups, nil
}
