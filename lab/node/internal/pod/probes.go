package pod

import (
	"context"
	"fmt"

	v1 "k8s.io/api/core/v1"

	"changeover.test/lab/node/internal/probe"
)

func (w *Worker) target(c *container) probe.Target {
	return probe.Target{
		Container: c.spec, PodIP: w.ip,
		Exec: func(ctx context.Context, command []string) (int32, string, error) { return w.ask(ctx, c, command) },
	}
}

// startProbes runs the container's probes until ctx ends; the others wait for the startup probe. A
// reason to kill the container is sent to unhealthy.
func (w *Worker) startProbes(ctx context.Context, c *container, unhealthy chan<- string) {
	condemn := func(kind string) func(bool, error) {
		return func(success bool, reason error) {
			if success {
				return
			}
			w.warn("Unhealthy", fmt.Sprintf("%s probe failed: %v", kind, reason))
			select {
			case unhealthy <- fmt.Sprintf("Container %s failed %s probe, will be restarted", c.spec.Name, kind):
			default:
			}
		}
	}
	others := func() {
		if ask := c.spec.ReadinessProbe; ask != nil {
			go w.watch(ask, c, true, func(success bool, reason error) { w.setReady(c, success, reason) }).Run(ctx)
		}
		if ask := c.spec.LivenessProbe; ask != nil {
			go w.watch(ask, c, false, condemn("liveness")).Run(ctx)
		}
	}
	if c.spec.StartupProbe == nil {
		others()
		return
	}
	startup, stop := context.WithCancel(ctx)
	failed := condemn("startup")
	go w.watch(c.spec.StartupProbe, c, true, func(success bool, reason error) {
		failed(success, reason)
		if success {
			stop()
			w.markStarted(c)
			others()
		}
	}).Run(startup)
}

func (w *Worker) watch(ask *v1.Probe, c *container, impatient bool, report func(bool, error)) probe.Watch {
	return probe.Watch{Probe: ask, Target: w.target(c), Impatient: impatient, Report: report}
}

func (w *Worker) markStarted(c *container) {
	w.mu.Lock()
	c.started = true
	c.ready = c.ready || c.spec.ReadinessProbe == nil
	w.mu.Unlock()
	w.changed()
}

func (w *Worker) setReady(c *container, ready bool, reason error) {
	w.mu.Lock()
	// A late answer must not make a container ready that has ended.
	before, alive := c.ready, c.state.Running != nil
	if alive {
		c.ready = ready
	}
	w.mu.Unlock()
	if alive && before != ready {
		w.changed()
	}
	if !ready {
		w.warn("Unhealthy", fmt.Sprintf("Readiness probe failed: %v", reason))
	}
}
