package credentials

import (
	"bytes"
	"regexp"
	"testing"
	"time"
)

func TestValid(t *testing.T) {
	forever := New(pepper(t, "p1", 1), uid, secret, start)
	hour := forever.ExpireAt(start.Add(time.Hour))
	tests := map[string]struct {
		c    Credential
		at   time.Time
		want bool
	}{
		"without end":           {forever, start.AddDate(100, 0, 0), true},
		"before the end":        {hour, start.Add(time.Hour - time.Nanosecond), true},
		"at the end":            {hour, start.Add(time.Hour), false},
		"after the end":         {hour, start.Add(2 * time.Hour), false},
		"cut off at once":       {forever.ExpireAt(start), start, false},
		"prolonged":             {hour.ExpireAt(start.Add(2 * time.Hour)), start.Add(time.Hour), false},
		"shortened":             {hour.ExpireAt(start.Add(time.Minute)), start.Add(time.Minute), false},
		"the end is rounded up": {forever.ExpireAt(start.Add(1900 * time.Millisecond)), start.Add(1950 * time.Millisecond), true},
		"and is a full second":  {forever.ExpireAt(start.Add(1900 * time.Millisecond)), start.Add(2 * time.Second), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.c.Valid(test.at); got != test.want {
				t.Errorf("%v, wanted %v", got, test.want)
			}
		})
	}
}

func TestPeppers(t *testing.T) {
	if _, err := NewPepper("p", bytes.Repeat([]byte{1}, 31)); err == nil {
		t.Error("a pepper of 31 bytes")
	}
	if _, ok := (Peppers{}).Current(); ok {
		t.Error("a pepper of none")
	}
	if current, ok := (Peppers{pepper(t, "a", 1), pepper(t, "b", 2)}).Current(); !ok || current.ID() != "a" {
		t.Errorf("the current pepper is %q", current.ID())
	}
}

func TestGenerate(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		value := Generate()
		if !regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`).MatchString(value) || len(value) < MinLength || seen[value] {
			t.Fatalf("generated %q", value)
		}
		seen[value] = true
	}
}
