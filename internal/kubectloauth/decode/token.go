package decode

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
)

// decoded is a JWT that was not verified.
type decoded struct {
	header, claims map[string]json.RawMessage
}

// decode reads the parts of a JWT (RFC 7519). Its errors quote nothing of them.
func decode(token string) (decoded, error) {
	parts := strings.Split(token, ".")
	switch len(parts) {
	case 3:
	case 5:
		return decoded{}, errors.New("the token is encrypted (JWE), so only its recipient can read it")
	default:
		return decoded{}, errors.New("the token is no JWT: it is opaque, so only its issuer can read it")
	}
	var d decoded
	for i, into := range []*map[string]json.RawMessage{&d.header, &d.claims} {
		content, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(content, into) != nil || *into == nil {
			return decoded{}, errors.New("the token is no JWT: its header or its claims are no JSON object")
		}
	}
	return d, nil
}

func (d decoded) issuer() string {
	var issuer string
	_ = json.Unmarshal(d.claims["iss"], &issuer)
	return issuer
}

func (d decoded) write(w io.Writer, now time.Time) error {
	for _, part := range []struct {
		name   string
		values map[string]json.RawMessage
	}{{"Header", d.header}, {"Claims", d.claims}} {
		if _, err := fmt.Fprintln(w, part.name+":"); err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(part.values)) {
			if _, err := fmt.Fprintf(w, "  %s: %s%s\n", cli.Plain(name), cli.Plain(compact(part.values[name])), when(name, part.values[name], now)); err != nil {
				return err
			}
		}
	}
	return nil
}

func compact(value json.RawMessage) string {
	var out bytes.Buffer
	if json.Compact(&out, value) != nil {
		return ""
	}
	return out.String()
}

// times are the claims that are seconds since 1970.
var times = []string{"auth_time", "exp", "iat", "nbf", "updated_at"}

// when reads a time to a person.
func when(name string, value json.RawMessage, now time.Time) string {
	var seconds float64
	if !slices.Contains(times, name) || json.Unmarshal(value, &seconds) != nil || seconds < 0 || seconds > 1e11 {
		return ""
	}
	at := time.Unix(int64(seconds), 0).UTC()
	if left := at.Sub(now); left >= 0 {
		return fmt.Sprintf(" (%s, in %s)", at.Format(time.RFC3339), duration.HumanDuration(left))
	}
	return fmt.Sprintf(" (%s, %s ago)", at.Format(time.RFC3339), duration.HumanDuration(now.Sub(at)))
}
