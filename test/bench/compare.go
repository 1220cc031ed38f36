package main

// pair is a step of the server and the same step at the API server alone.
type pair struct {
	ours, baseline func(worker int) error
}

// measured is what rounds of a pair have shown: of each side the rate per second and
// the latencies in milliseconds, of the server its CPU time per step, in
// milliseconds.
type measured struct {
	ours, baseline speeds
	cpu            []float64
}

// speeds are those of one side, by round.
type speeds struct{ rate, half, most []float64 }

func (s *speeds) add(one speed) {
	s.rate, s.half, s.most = append(s.rate, one.rate), append(s.half, one.half), append(s.most, one.most)
}

// compare lets both sides do as many steps in turn, in several rounds after one to
// warm up, with as many workers.
func (b *bench) compare(p pair, workers, rounds, steps int) (*measured, error) {
	m := &measured{}
	for round := range rounds + 1 {
		before, err := cpuOf(b.Servers[0].PID())
		if err != nil {
			return nil, err
		}
		ours, err := once(p.ours, workers, steps)
		if err != nil {
			return nil, err
		}
		after, err := cpuOf(b.Servers[0].PID())
		if err != nil {
			return nil, err
		}
		baseline, err := once(p.baseline, workers, steps)
		if err != nil {
			return nil, err
		}
		if round == 0 {
			continue
		}
		m.cpu = append(m.cpu, milliseconds(after-before)/float64(steps))
		m.ours.add(ours)
		m.baseline.add(baseline)
	}
	return m, nil
}

// speed is steps per second, and how long half of the steps and 99 in 100 of them
// took at most, in milliseconds.
type speed struct{ rate, half, most float64 }

func once(step func(worker int) error, workers, steps int) (speed, error) {
	all := make(latencies, workers)
	took, err := drive(workers, steps, all.timed(step))
	if err != nil {
		return speed{}, err
	}
	return speed{rate: float64(steps) / took.Seconds(), half: all.percentile(0.5), most: all.percentile(0.99)}, nil
}
