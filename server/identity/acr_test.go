package identity

import "testing"

func TestACR(t *testing.T) {
	for want, amr := range map[string][][]string{ACRPassword: {{"pwd"}, {"otp", "pwd"}}, "0": {nil, {"otp"}, {"password"}}} {
		for _, methods := range amr {
			if got := ACR(methods); got != want {
				t.Errorf("%v amount to %s", methods, got)
			}
		}
	}
}
