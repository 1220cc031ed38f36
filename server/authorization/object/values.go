package object

import (
	"encoding/json"
	"math"
	"net/url"
	"slices"
	"strconv"

	"github.com/grantor-dev/grantor/server/httpx"
)

// registered are the claims of the JWT itself; all other members are parameters.
var registered = []string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti"}

// read returns the members of a request object of a client as the parameters that they stand
// for (RFC 9101 section 4).
func read(id string, members map[string]json.RawMessage) (url.Values, error) {
	parameters := url.Values{}
	for name, raw := range members {
		switch {
		case name == "request" || name == "request_uri":
			return nil, invalid("It contains another request or a request_uri.")
		case slices.Contains(registered, name):
			continue
		}
		values, err := valuesOf(name, raw)
		if err != nil {
			return nil, err
		}
		// A parameter without a value is as if it were not there (RFC 6749 section 3.1).
		if len(values) > 0 && (len(values) > 1 || values[0] != "") {
			parameters[name] = values
		}
	}
	if inside := parameters.Get("client_id"); inside != "" && inside != id {
		return nil, invalid("Its client_id is that of another client.")
	}
	return parameters, nil
}

// valuesOf returns what a member is as a parameter: a text is itself, a number its digits,
// and what has a structure its JSON, as in the parameter claims of a URL.
func valuesOf(name string, raw json.RawMessage) ([]string, error) {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return nil, invalid("It is not JSON.")
	}
	switch value := value.(type) {
	case nil:
		return nil, nil
	case string:
		return []string{value}, nil
	case float64:
		return []string{number(value, raw)}, nil
	case []any:
		if httpx.Repeatable(name) {
			return texts(value)
		}
	}
	return []string{string(raw)}, nil
}

// number returns a whole number without a fraction and an exponent, which some libraries
// write, and any other as it is.
func number(value float64, raw json.RawMessage) string {
	const exact = 1 << 53
	if value == math.Trunc(value) && math.Abs(value) < exact {
		return strconv.FormatInt(int64(value), 10)
	}
	return string(raw)
}

func texts(list []any) ([]string, error) {
	var out []string
	for _, one := range list {
		text, ok := one.(string)
		if !ok {
			return nil, invalid("A list in it has something else than texts.")
		}
		out = append(out, text)
	}
	return out, nil
}
