package protocol

// path is one sequence of choices. It is followed as far as it is known and continued with
// the first choice that there is.
type path struct {
	taken []choice
	next  int
}

type choice struct{ of, took int }

// choose returns one of 0 to of-1.
func (p *path) choose(of int) int {
	if p.next == len(p.taken) {
		p.taken = append(p.taken, choice{of: of})
	}
	p.next++
	return p.taken[p.next-1].took
}

// successor returns the next path in order, nil after the last one.
func (p *path) successor() *path {
	for last := len(p.taken) - 1; last >= 0; last-- {
		if c := p.taken[last]; c.took+1 < c.of {
			taken := append([]choice(nil), p.taken[:last+1]...)
			taken[last].took++
			return &path{taken: taken}
		}
	}
	return nil
}

// explore calls run once for each path, until it returns false. It returns how many there
// were.
func explore(run func(*path) bool) int {
	n := 0
	for p := (&path{}); p != nil; p = p.successor() {
		n++
		if !run(p) {
			break
		}
	}
	return n
}
