package clientid

import "testing"

func TestVirtual(t *testing.T) {
	for uid, want := range map[UID]bool{
		"": false, "2c1a3f0e-0000-4000-8000-000000000000": false, "CIMD-2c1a": false, "cimd": false, "cimd-2c1a": true, "reg-2c1a": true, "reg": false,
	} {
		if uid.Virtual() != want {
			t.Errorf("%q is virtual: %v", uid, !want)
		}
	}
}
