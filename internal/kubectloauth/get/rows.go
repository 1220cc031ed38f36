package get

import (
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/grantor-dev/grantor/internal/kubectloauth/sessions"
)

// layout is how a table looks.
type layout struct {
	wide, namespaces bool
	users            sessions.Users
	now              time.Time
}

// column is one of a table.
type column struct {
	title string
	// wide columns are only in the wide table.
	wide bool
	cell func(sessions.Session) string
}

// common are columns that several kinds have.
type common struct{ name, user, client, state, expires, subject, age column }

func (l layout) common() common {
	return common{
		name:    column{title: "NAME", cell: func(s sessions.Session) string { return s.Object.GetName() }},
		user:    column{title: "USER", cell: l.users.Name},
		client:  column{title: "CLIENT", cell: func(s sessions.Session) string { return s.Client }},
		state:   column{title: "STATE", cell: func(s sessions.Session) string { return s.Shown(metav1.NewTime(l.now)) }},
		expires: column{title: "EXPIRES", cell: func(s sessions.Session) string { return l.until(s.Expires) }},
		subject: column{title: "SUBJECT", wide: true, cell: func(s sessions.Session) string { return s.Subject }},
		age: column{title: "AGE", cell: func(s sessions.Session) string {
			return duration.HumanDuration(l.now.Sub(s.Object.GetCreationTimestamp().Time))
		}},
	}
}

// until tells a time from now, in words.
func (l layout) until(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	if left := at.Sub(l.now); left >= 0 {
		return "in " + duration.HumanDuration(left)
	}
	return duration.HumanDuration(l.now.Sub(at)) + " ago"
}

func (l layout) columns(kind *sessions.Kind) []column {
	c := l.common()
	scope := column{title: "SCOPE", cell: func(s sessions.Session) string { return s.Scope }}
	switch kind {
	case sessions.Logins:
		return []column{c.name, c.user, c.state, c.expires, c.age, c.subject}
	case sessions.Persons:
		return []column{
			c.name, c.user,
			{title: "USERNAME", cell: func(s sessions.Session) string { return s.Username }},
			c.state,
			{title: "CHECKED", cell: func(s sessions.Session) string { return l.until(s.Checked) }},
			c.age,
			{title: "EXPIRES", wide: true, cell: c.expires.cell},
		}
	case sessions.Consents:
		return []column{
			c.name, c.user, c.client,
			scope,
			c.state, c.expires, c.age,
			{title: "AUDIENCES", wide: true, cell: func(s sessions.Session) string { return strings.Join(s.Audiences, " ") }},
			{title: "OFFLINE", wide: true, cell: func(s sessions.Session) string { return strconv.FormatBool(s.Offline) }},
			c.subject,
		}
	case sessions.Enrollments:
		return []column{
			c.name, c.user, c.state,
			{title: "FACTORS", cell: func(s sessions.Session) string { return s.Scope }},
			c.age, c.subject,
		}
	case sessions.Approvals:
		return []column{
			c.name, c.user, c.client, c.state, c.expires, c.age,
			{title: "GRANT", wide: true, cell: func(s sessions.Session) string { return s.Grant }},
			c.subject,
		}
	}
	return []column{
		c.name, c.user, c.client,
		scope,
		c.state, c.expires, c.age,
		{title: "REFRESHES", wide: true, cell: func(s sessions.Session) string { return strconv.FormatInt(s.Refreshes, 10) }},
		{title: "LOGIN", wide: true, cell: func(s sessions.Session) string { return s.Login }},
		c.subject,
	}
}

// rows are the table of some objects.
func rows(kind *sessions.Kind, found []sessions.Session, l layout) [][]string {
	var shown []column
	if l.namespaces {
		shown = append(shown, column{title: "NAMESPACE", cell: func(s sessions.Session) string { return s.Object.GetNamespace() }})
	}
	for _, c := range l.columns(kind) {
		if !c.wide || l.wide {
			shown = append(shown, c)
		}
	}
	out := make([][]string, 1, len(found)+1)
	for _, c := range shown {
		out[0] = append(out[0], c.title)
	}
	for _, s := range found {
		row := make([]string, len(shown))
		for i, c := range shown {
			row[i] = c.cell(s)
		}
		out = append(out, row)
	}
	return out
}
