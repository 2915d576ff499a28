package play

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// slice is how long a goroutine trains before it looks around.
const slice = 8 * time.Millisecond

// pace measures and sets how fast steps are taken.
type pace struct {
	since   time.Time // when counting began, at
	from    int       // which step
	rate    float64   // measured, in steps a second
	counted time.Time // when rate was measured, at
	at      int       // which step

	perStep time.Duration // about, of all runs together
}

// maxStep is the furthest step there is.
const maxStep = 1 << 40

// speedRequest plays.
type speedRequest struct {
	Speed float64 `json:"speed"` // steps a second, 0 for as many as there are
}

func (s *Session) play(r speedRequest) (any, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	if !(r.Speed >= 0) || r.Speed > 1e9 {
		return nil, badf("speed", "%v given, a number of steps a second from 0, which is as many as there are, to 1e9 expected", r.Speed)
	}
	s.moves++
	s.playing, s.speed = !s.ended(), r.Speed
	s.pace.begin(s.clock)
	s.touch()
	return nothing{}, nil
}

// begin counts anew from a step.
func (p *pace) begin(step int) {
	now := time.Now()
	*p = pace{since: now, from: step, counted: now, at: step, perStep: p.perStep}
}

func (s *Session) pause(nothing) (any, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	s.moves++
	s.playing = false
	s.touch()
	return nothing{}, nil
}

// stepRequest goes some steps, or back.
type stepRequest struct {
	By   *int   `json:"by"`   // how many; missing it is 1
	Unit string `json:"unit"` // step or epoch; empty it is step
}

func (s *Session) step(r stepRequest) (any, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	by := 1
	if r.By != nil {
		by = *r.By
	}
	switch r.Unit {
	case "", "step":
	case "epoch":
		if by > maxStep || by < -maxStep {
			return nil, badf("by", "%d given, at most %d expected", by, maxStep)
		}
		// From within an epoch it is to its end or beginning.
		per := s.runs[0].epochSteps()
		at := s.clock / per
		if by < 0 && s.clock%per > 0 {
			at++
		}
		by = min(max(at+by, 0), maxStep/per)*per - s.clock
	default:
		return nil, badf("unit", "%q given, step or epoch expected", r.Unit)
	}
	to := s.clock + min(max(by, -maxStep), maxStep)
	if err := s.moveTo(max(to, 0)); err != nil {
		return nil, err
	}
	return s.frame(true)
}

// goRequest goes to a step.
type goRequest struct {
	Step *int `json:"step"`
}

func (s *Session) goTo(r goRequest) (any, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	if r.Step == nil {
		return nil, badf("step", "missing, the number of a step expected")
	}
	if *r.Step < 0 {
		return nil, badf("step", "%d given, at least 0 expected", *r.Step)
	}
	if err := s.moveTo(*r.Step); err != nil {
		return nil, err
	}
	return s.frame(true)
}

// moveTo pauses and goes to a step, or as far as the training does. Between slices other
// requests come in, and one that moves too ends this one.
func (s *Session) moveTo(step int) error {
	if step > maxStep {
		return badf("step", "%d given, at most %d expected", step, maxStep)
	}
	s.playing = false
	s.moves++
	mine := s.moves
	defer s.touch()
	if step < s.clock {
		for _, r := range s.runs {
			if r.step() <= step {
				continue
			}
			if err := r.back(step); err != nil {
				return err
			}
		}
		s.clock = s.furthestRun()
	}
	end := time.Now().Add(s.limits.Work)
	for s.behind(step) {
		if time.Now().After(end) {
			return requestError("step", fmt.Errorf("%w at step %d of %d after %v; another request goes on from there", errLong, s.clock, step, s.limits.Work))
		}
		if err := s.advance(step, time.Now().Add(slice)); err != nil {
			return err
		}
		s.mu.Unlock()
		s.limits.Yield()
		s.enter()
		if s.closed {
			return errClosed
		}
		if s.moves != mine {
			return badf("", "another request moved the training before this one had come to step %d", step)
		}
	}
	return nil
}

// errLong is in the error of a request that has farther to go.
var errLong = errors.New("this request ends")

// behind reports whether a run has steps to take up to one.
func (s *Session) behind(step int) bool {
	for _, r := range s.runs {
		if !r.ended() && r.step() < step {
			return true
		}
	}
	return false
}

// ended reports whether no run can take a step.
func (s *Session) ended() bool { return !s.behind(math.MaxInt) }

func (s *Session) furthestRun() (step int) {
	for _, r := range s.runs {
		step = max(step, r.step())
	}
	return step
}

// advance takes all runs to a step, or as far as they come until a time, or until a request
// waits; but one step at least. All runs are at the same step then, but those that have ended.
func (s *Session) advance(to int, until time.Time) error {
	for s.behind(to) {
		begun := time.Now()
		from := math.MaxInt // where the hindmost is: of runs that went back to different snapshots
		for _, r := range s.runs {
			if !r.ended() {
				from = min(from, r.step())
			}
		}
		next := min(to, from+s.chunk())
		for _, r := range s.runs { // a point of a curve is measured where it stands
			if !r.ended() && r.step() == from {
				next = min(next, r.curve.due(from))
			}
		}
		for _, r := range s.runs {
			if err := r.measure(); err != nil {
				return err
			}
		}
		for _, r := range s.runs {
			r.forward(next)
			if err := r.measure(); err != nil {
				return err
			}
			if r.unkept >= s.apart(r) {
				if err := r.keep(); err != nil {
					return err
				}
			}
		}
		now := time.Now()
		if steps := next - from; steps > 0 {
			s.pace.perStep = now.Sub(begun) / time.Duration(steps)
		}
		s.clock = s.furthestRun()
		s.most = max(s.most, s.clock)
		if now.After(until) || s.waiting.Load() > 0 {
			break
		}
	}
	return nil
}

// apart is how long a run trains between snapshots.
func (s *Session) apart(r *run) time.Duration {
	if s.limits.apart != 0 {
		return s.limits.apart
	}
	return max(apart, keepShare*r.keeping)
}

// keepShare is as what part of a training snapshots take at most.
const keepShare = 20

// chunk is how many steps are taken without looking around: those of a millisecond.
func (s *Session) chunk() int {
	if s.pace.perStep <= 0 {
		return 1
	}
	return int(min(max(time.Millisecond/s.pace.perStep, 1), 4096))
}

// train takes steps while the session plays, until ctx is done.
func (s *Session) train(ctx context.Context) {
	for ctx.Err() == nil {
		s.mu.Lock() // requests go first
		wait := s.tick()
		s.mu.Unlock()
		if wait == 0 {
			s.limits.Yield()
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-s.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// tick takes the steps that are due and returns how long there are none.
func (s *Session) tick() time.Duration {
	const idle = time.Hour
	if !s.playing || s.opened == nil {
		return idle
	}
	now, to := time.Now(), maxStep
	if s.speed > 0 {
		p := &s.pace
		due := p.from + int(now.Sub(p.since).Seconds()*s.speed)
		if due <= s.clock {
			wait := float64(s.clock+1-p.from)/s.speed - now.Sub(p.since).Seconds()
			return max(time.Duration(min(wait, idle.Seconds())*float64(time.Second)), time.Microsecond)
		}
		to = due
	}
	err := s.advance(to, now.Add(slice))
	if s.speed > 0 && time.Since(now) >= slice { // it can't go as fast: what was missed is not made up for
		s.pace.since, s.pace.from = time.Now(), s.clock
	}
	s.count()
	if err != nil || s.ended() {
		s.playing = false
		if err != nil {
			s.runs[0].stopped = err.Error()
		}
	}
	s.touch()
	return 0
}

// count measures the rate, over half a second at least.
func (s *Session) count() {
	p := &s.pace
	if d := time.Since(p.counted); d >= 500*time.Millisecond || p.rate == 0 && d > 50*time.Millisecond {
		p.rate = float64(s.clock-p.at) / d.Seconds()
		p.counted, p.at = time.Now(), s.clock
	}
}

// epochSteps is how many steps of a run are an epoch.
func (r *run) epochSteps() int {
	if r.settings.Batch == 0 {
		return 1
	}
	m := r.exp.Train.Len()
	size := min(r.settings.Batch, m)
	return (m + size - 1) / size
}

// frames are made at most so often, and take at most a share of the time.
const (
	frameEvery = time.Second / 30
	frameShare = 10
)

// tell emits events until ctx is done.
func (s *Session) tell(ctx context.Context, emit func([]byte) error) error {
	s.enter()
	var first []byte
	var err error
	if s.opened != nil && !s.closed {
		first, err = s.stateEvent()
		s.changed.Store(true)
		signal(s.news)
	}
	s.mu.Unlock()
	if err == nil && first != nil {
		err = emit(first)
	}
	for err == nil {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.news:
		}
		begun := time.Now()
		var event []byte
		if event, err = s.frameEvent(); err == nil && event != nil {
			took := time.Since(begun)
			if err = emit(event); err == nil {
				err = sleep(ctx, max(frameEvery-time.Since(begun), frameShare*took))
			}
		}
	}
	return err
}

// sleep waits, or until ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
