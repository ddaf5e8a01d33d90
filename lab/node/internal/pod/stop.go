package pod

import (
	"context"
	"fmt"
	"syscall"
	"time"

	v1 "k8s.io/api/core/v1"

	"changeover.test/lab/node/internal/probe"
	"changeover.test/lab/node/internal/sandbox"
)

// stopByOrder ends a container as the order says: the preStop hook and SIGTERM within the grace
// period, SIGKILL at its end.
func (w *Worker) stopByOrder(c *container, process *sandbox.Process) {
	found, _ := w.current()
	if found.hooks {
		w.preStop(c, process, func(end func()) {
			w.awaitEnd(process)
			end()
		})
	}
	if found, _ = w.current(); time.Now().Before(found.deadline) {
		w.terminate(process)
		w.awaitEnd(process)
	}
}

// stopAlone ends one container while its pod lives on (a failed probe or hook).
func (w *Worker) stopAlone(c *container, process *sandbox.Process) {
	grace := 30 * time.Second
	if seconds := w.object().Spec.TerminationGracePeriodSeconds; seconds != nil {
		grace = time.Duration(*seconds) * time.Second
	}
	if ask := c.spec.LivenessProbe; ask != nil && ask.TerminationGracePeriodSeconds != nil {
		grace = time.Duration(*ask.TerminationGracePeriodSeconds) * time.Second
	}
	deadline := time.NewTimer(grace)
	defer deadline.Stop()
	w.preStop(c, process, func(end func()) {
		select {
		case <-process.Done():
		case <-deadline.C:
			deadline.Reset(0)
		}
		end()
	})
	w.terminate(process)
	select {
	case <-process.Done():
	case <-deadline.C:
	}
}

func (w *Worker) terminate(process *sandbox.Process) {
	if err := process.Signal(syscall.SIGTERM); err != nil {
		w.host.Log.Warn("SIGTERM", "pod", w.name(), "error", err)
	}
}

// preStop runs the hook; guard must call end when the hook has to be given up.
func (w *Worker) preStop(c *container, process *sandbox.Process, guard func(end func())) {
	if c.spec.Lifecycle == nil || c.spec.Lifecycle.PreStop == nil || process.Ended() {
		return
	}
	ctx, end := context.WithCancel(context.Background())
	go guard(end)
	defer end()
	if err := w.hook(ctx, c, c.spec.Lifecycle.PreStop); err != nil {
		w.warn("FailedPreStopHook", fmt.Sprintf("PreStopHook failed: %v", err))
	}
}

func (w *Worker) hook(ctx context.Context, c *container, handler *v1.LifecycleHandler) error {
	return probe.Handle(ctx, *handler, w.target(c))
}
