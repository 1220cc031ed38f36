package progress

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestStepsPrintTheirOutcomeAndTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		err := New(&out).Step("cluster", func() (string, error) {
			time.Sleep(1500 * time.Millisecond)
			return "started", nil
		})
		if wanted := "    1.5 s  cluster        started\n"; err != nil || out.String() != wanted {
			t.Errorf("got %q, %v; wanted %q", out.String(), err, wanted)
		}
	})
}

func TestSlowStepsSaySo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		_ = New(&out).Step("cluster", func() (string, error) {
			time.Sleep(6 * time.Second)
			return "started", nil
		})
		synctest.Wait()
		if lines := strings.Split(out.String(), "\n"); len(lines) != 3 || !strings.Contains(lines[0], "still at it") {
			t.Errorf("got %q", out.String())
		}
	})
}

func TestFailedStepsAreReturnedAndNotPrinted(t *testing.T) {
	var out bytes.Buffer
	cause := errors.New("no room")
	err := New(&out).Step("cluster", func() (string, error) { return "", cause })
	if !errors.Is(err, cause) || err.Error() != "cluster: no room" || out.Len() != 0 {
		t.Errorf("got %v and %q", err, out.String())
	}
}

func TestTimesAreInTheUnitOfTheirSize(t *testing.T) {
	for d, wanted := range map[time.Duration]string{
		0:                        "0 ms",
		34567 * time.Microsecond: "34 ms",
		61 * time.Second:         "61.0 s",
	} {
		if got := Took(d); got != wanted {
			t.Errorf("%s: got %s, wanted %s", d, got, wanted)
		}
	}
}
