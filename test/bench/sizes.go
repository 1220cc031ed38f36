package main

// either returns what the command line says, else one of the others.
func (s settings) either(given, quick, whole int) int {
	switch {
	case given > 0:
		return given
	case s.quick:
		return quick
	}
	return whole
}

// raceCount is the number of races, of all kinds together.
func (s settings) raceCount() int { return s.either(s.races, 100, 2000) }

// grantCount is the number of Grants in storage, expiredCount how many of them have
// expired.
func (s settings) grantCount() int { return s.either(s.grants, 1000, 100000) }

func (s settings) expiredCount() int { return s.grantCount() / 10 }

// strangerCount is the number of unauthenticated requests.
func (s settings) strangerCount() int { return s.either(0, 2000, 50000) }
