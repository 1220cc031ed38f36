package issuer

import "testing"

func TestSecure(t *testing.T) {
	for issuer, good := range map[string]bool{
		"https://id.example": true, "https://id.example/path": true, "http://127.0.0.1:8080": true, "http://[::1]:8080": true, "http://localhost": true,
		"http://id.example": false, "id.example": false, "": false, "https://u:p@id.example": false, "https://id.example?a=b": false,
		"file:///etc/passwd": false, "http://127.0.0.1.id.example": false, "http://10.0.0.1": false,
	} {
		if err := Secure(issuer); (err == nil) != good {
			t.Errorf("%s: %v", issuer, err)
		}
	}
}

func TestClient(t *testing.T) {
	if _, err := (&Flags{caFile: "/does/not/exist"}).Client("https://id.example", ""); err == nil {
		t.Error("a file of authorities that does not exist is accepted")
	}
	if _, err := (&Flags{connectTo: "nowhere"}).Client("https://id.example", ""); err == nil {
		t.Error("an address without scheme is accepted")
	}
	if _, err := (&Flags{}).Client("https://id.example", ""); err != nil {
		t.Error(err)
	}
}
