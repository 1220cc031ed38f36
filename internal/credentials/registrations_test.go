package credentials

import "testing"

// TestTheFormatOfARegistrationsSeal: seals of this format are stored in every cluster. The
// value was computed with another implementation of HKDF and HMAC.
func TestTheFormatOfARegistrationsSeal(t *testing.T) {
	r := Registration{"grantor-system", "name", "1", "{}"}
	const golden = "v1.p1.jCqS61_6Is-zBu6KaJa4xjVPrbRmYYYYL100pOOZUvs"
	if got := r.Seal(pepper(t, "p1", 1)); got != golden {
		t.Errorf("the seal is %s", got)
	}
}

func TestARegistrationsSealIsOfItsPartsOnly(t *testing.T) {
	r := Registration{"ab", "c"}
	peppers := Peppers{pepper(t, "p2", 2), pepper(t, "p1", 1)}
	seal := r.Seal(peppers[1])
	if !r.Sealed(peppers, seal) {
		t.Error("its own seal is not its own")
	}
	for name, other := range map[string]Registration{
		"another cut": {"a", "bc"}, "a part more": {"ab", "c", ""}, "a part less": {"ab"}, "nothing": nil, "one part": {"abc"},
	} {
		if other.Sealed(peppers, seal) {
			t.Errorf("the seal is that of %s", name)
		}
	}
	for _, bad := range []string{"", "v1", "v1.p1", "v1.p1.", "v1.p2." + seal[6:], "v2" + seal[2:], seal + "A", seal + ".", Redirects{}.Seal(peppers[1], "u")} {
		if r.Sealed(peppers, bad) {
			t.Errorf("%q is a seal", bad)
		}
	}
	if r.Sealed(Peppers{pepper(t, "p1", 9)}, seal) || r.Sealed(nil, seal) {
		t.Error("the seal is one of another pepper")
	}
}
