package background

import "testing"

func TestStartIsFoundWhateverTheCommandIsCalled(t *testing.T) {
	const rest = " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20 21"
	for name, test := range map[string]struct {
		stat, tick string
		fails      bool
	}{
		"usual":               {"77 (grantor) S" + rest, "4711", false},
		"spaces and brackets": {"77 (a) Z (b) c) R" + rest, "4711", false},
		"zombie":              {"77 (grantor) Z" + rest, "", true},
		"dead":                {"77 (grantor) X" + rest, "", true},
		"cut short":           {"77 (grantor) S 1 2", "", true},
		"no command":          {"77", "", true},
		"nothing":             {"", "", true},
	} {
		tick, err := parseStat([]byte(test.stat))
		if tick != test.tick || (err != nil) != test.fails {
			t.Errorf("%s: got %q, %v", name, tick, err)
		}
	}
}
