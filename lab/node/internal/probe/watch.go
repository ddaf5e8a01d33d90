package probe

import (
	"context"
	"time"

	v1 "k8s.io/api/core/v1"
)

// Until the first success a probe is repeated this often instead of every periodSeconds: a pod here
// starts in milliseconds, and the outage that a laboratory measures must not be the period of a probe.
// A command costs a process each time, so it is asked less often.
const (
	eager     = 50 * time.Millisecond
	eagerExec = 200 * time.Millisecond
)

// Watch asks until ctx ends and reports every settled answer: success at once or after
// successThreshold, failure after failureThreshold in a row. impatient asks often until the first
// success; failures then count only once a period, so that a slow start is not taken for a dead one.
type Watch struct {
	Probe     *v1.Probe
	Target    Target
	Impatient bool
	Report    func(success bool, reason error)
}

// Run blocks until ctx ends.
func (w Watch) Run(ctx context.Context) {
	period := time.Duration(max(w.Probe.PeriodSeconds, 1)) * time.Second
	if !wait(ctx, time.Duration(w.Probe.InitialDelaySeconds)*time.Second) {
		return
	}
	var successes, failures int32
	succeeded, counted := false, time.Time{}
	for {
		asked := time.Now()
		err := Once(ctx, w.Probe, w.Target)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			successes, failures, succeeded = successes+1, 0, true
			if successes >= max(w.Probe.SuccessThreshold, 1) {
				w.Report(true, nil)
			}
		} else if succeeded || asked.Sub(counted) >= period {
			successes, failures, counted = 0, failures+1, asked
			if failures >= max(w.Probe.FailureThreshold, 1) {
				w.Report(false, err)
			}
		}
		if !wait(ctx, time.Until(asked.Add(w.pause(succeeded, period)))) {
			return
		}
	}
}

func (w Watch) pause(succeeded bool, period time.Duration) time.Duration {
	switch {
	case succeeded || !w.Impatient:
		return period
	case w.Probe.Exec != nil:
		return min(period, eagerExec)
	}
	return min(period, eager)
}

func wait(ctx context.Context, pause time.Duration) bool {
	if pause <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
