package grants

import (
	"testing"
	"time"
)

func TestRedeemedNamesAreRememberedForTheLifeOfTheirCodes(t *testing.T) {
	r := &recent{}
	if r.has("a", began) {
		t.Error("nothing was redeemed yet")
	}
	r.add("a", began.Add(time.Minute), began)
	for after, want := range map[time.Duration]bool{0: true, 59 * time.Second: true, time.Minute: false, time.Hour: false} {
		if got := r.has("a", began.Add(after)); got != want {
			t.Errorf("after %s: %t", after, got)
		}
	}
	if r.has("b", began) {
		t.Error("another one counts as redeemed")
	}
}

func TestRedeemedNamesAreForgotten(t *testing.T) {
	r := &recent{}
	now := began
	for n := range 10000 {
		now = now.Add(time.Second)
		r.add(string(rune(n)), now.Add(time.Minute), now)
	}
	if n := len(r.until); n > 200 {
		t.Errorf("%d names are kept", n)
	}
}
