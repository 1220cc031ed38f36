package audit

import (
	"strconv"
	"time"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/jsonstring"
)

// AppendLine appends the event as one line of the log: what slog's JSON handler would
// write, at a tenth of its cost.
func (e *Event) AppendLine(line []byte, at time.Time, requestID, address string) []byte {
	line = append(line, `{"time":"`...)
	line = at.AppendFormat(line, time.RFC3339Nano)
	line = append(line, `","level":"INFO","msg":"audit"`...)
	line = appendField(line, "decision", string(e.Decision))
	line = appendField(line, "outcome", e.outcome())
	line = appendField(line, "request_id", requestID)
	line = appendField(line, "address", address)
	if e.Client != nil {
		line = appendField(line, "client", e.Client.Namespace()+"/"+e.Client.Name())
		line = appendField(line, "client_id", idOf(e.Client))
	}
	line = appendKnown(line, "reason", e.Refused)
	line = appendKnown(line, "subject", e.Subject)
	line = appendKnown(line, "grant", e.Grant)
	line = appendKnown(line, "grant_type", e.GrantType)
	line = appendKnown(line, "claimed_client_id", string(e.Claimed))
	line = appendKnown(line, "cause", string(e.Cause))
	line = appendKnown(line, "subject_client_id", e.SubjectClient)
	line = appendList(line, "subject_audiences", e.SubjectAudiences)
	if e.Ended != nil {
		line = appendField(line, "ended_client_id", idOf(e.Ended))
	}
	line = appendKnown(line, "oauth_token", e.OAuthToken)
	line = appendList(line, "scopes", e.Scopes)
	line = appendList(line, "audiences", e.Audiences)
	if e.Offline {
		line = append(line, `,"offline":true`...)
	}
	if e.omitted > 0 {
		line = strconv.AppendUint(append(line, `,"omitted":`...), e.omitted, 10)
	}
	return append(line, "}\n"...)
}

// idOf returns what is told of a client's ID: all of it, or its UID where it has everything that
// the client registered.
func idOf(c Client) string {
	if id := c.GetID(); !clientid.IsSealed(id) {
		return id
	}
	return string(clientid.OfRegistration(c.GetID()))
}

func (e *Event) outcome() string {
	if e.Refused != "" {
		return "refused"
	}
	return "granted"
}

// appendKnown appends a field, or nothing without a value.
func appendKnown(line []byte, name, value string) []byte {
	if value == "" {
		return line
	}
	return appendField(line, name, value)
}

func appendField(line []byte, name, value string) []byte {
	return jsonstring.Append(appendName(line, name), value)
}

func appendList(line []byte, name string, values []string) []byte {
	if len(values) == 0 {
		return line
	}
	line = append(appendName(line, name), '[')
	for i, value := range values {
		if i > 0 {
			line = append(line, ',')
		}
		line = jsonstring.Append(line, value)
	}
	return append(line, ']')
}

func appendName(line []byte, name string) []byte {
	return append(append(append(line, `,"`...), name...), `":`...)
}
