package pod

import (
	"context"
	"errors"
	"fmt"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"changeover.test/lab/node/internal/podspec"
	"changeover.test/lab/node/internal/sandbox"
	"changeover.test/lab/node/internal/sandbox/child"
)

// steadyAfter is how long a container must run for its next crash to count as the first one.
const steadyAfter = time.Minute

func crashBackOff() backOff { return backOff{first: time.Second, last: 10 * time.Second} }

// runContainer starts a container, and starts it again as the restart policy says, until it is done or
// ctx ends. It returns when none of its processes is left.
func (w *Worker) runContainer(ctx context.Context, c *container) {
	for {
		spec, ok := w.awaitSpec(ctx, c)
		if !ok {
			return
		}
		ended := w.runOnce(ctx, c, spec)
		w.mu.Lock()
		c.settle(w.pod, ended)
		again := !c.done && ctx.Err() == nil
		if ended.FinishedAt.Sub(ended.StartedAt.Time) > steadyAfter {
			c.pauses.reset()
		}
		pause := c.pauses.next()
		if again {
			c.state = waitingFor("CrashLoopBackOff", fmt.Sprintf("back-off %s restarting failed container=%s pod=%s", pause, c.spec.Name, w.pod.Name))
		}
		w.mu.Unlock()
		w.changed()
		if !again {
			return
		}
		select {
		case <-ctx.Done():
			w.mu.Lock()
			c.state = c.last
			w.mu.Unlock()
			return
		case <-time.After(pause):
		}
	}
}

// awaitSpec waits for everything a start needs: objects that the environment names, writable volumes.
func (w *Worker) awaitSpec(ctx context.Context, c *container) (child.Spec, bool) {
	pause := apiBackOff()
	for {
		spec, err := w.spec(ctx, c)
		if ctx.Err() != nil {
			return spec, false
		}
		if err == nil {
			return spec, true
		}
		reason, state := "FailedMount", "ContainerCreating"
		if missing := (podspec.MissingError{}); errors.As(err, &missing) {
			reason, state = "Failed", "CreateContainerConfigError"
		}
		w.warn(reason, err.Error())
		w.setState(c, waitingFor(state, err.Error()))
		select {
		case <-ctx.Done():
			return spec, false
		case <-time.After(pause.next()):
		}
	}
}

func (w *Worker) setState(c *container, state v1.ContainerState) {
	w.mu.Lock()
	c.state = state
	w.mu.Unlock()
	w.changed()
}

// runOnce runs one instance of a container to its end.
func (w *Worker) runOnce(ctx context.Context, c *container, spec child.Spec) *v1.ContainerStateTerminated {
	w.mu.Lock()
	c.starts++
	w.mu.Unlock()
	process, err := w.spawn(c, spec)
	if err != nil {
		w.warn("Failed", err.Error())
		now := metav1.Now()
		return &v1.ContainerStateTerminated{ExitCode: 128, Reason: "StartError", Message: err.Error(), StartedAt: now, FinishedAt: now}
	}
	w.markRunning(c, process, spec)
	w.host.Events.Event(w.object(), v1.EventTypeNormal, "Started", "Started container "+c.spec.Name)
	w.attend(ctx, c, process)
	w.killRest(c, process)
	exit := process.Exit()
	ended := &v1.ContainerStateTerminated{
		ExitCode: exit.Code, Signal: exit.Signal, Reason: "Completed", ContainerID: c.id,
		StartedAt: metav1.NewTime(process.Started), FinishedAt: metav1.NewTime(exit.At),
	}
	if exit.Code != 0 {
		ended.Reason = "Error"
	}
	return ended
}

func (w *Worker) markRunning(c *container, process *sandbox.Process, spec child.Spec) {
	w.mu.Lock()
	// What hindered this start is over: the same hindrance later is news again.
	clear(w.warned)
	c.process, c.env = process, spec.Env
	c.id = fmt.Sprintf("process://%d-%d", process.Pid, process.StartTime)
	c.state = v1.ContainerState{Running: &v1.ContainerStateRunning{StartedAt: metav1.NewTime(process.Started)}}
	c.started = c.spec.StartupProbe == nil
	c.ready = c.started && c.spec.ReadinessProbe == nil
	w.mu.Unlock()
	w.changed()
}

// attend watches over a running container: its probes, its end, the order to stop.
func (w *Worker) attend(ctx context.Context, c *container, process *sandbox.Process) {
	probing, stopProbing := context.WithCancel(context.Background())
	defer stopProbing()
	unhealthy := make(chan string, 1)
	if !c.initial {
		w.startProbes(probing, c, unhealthy)
	}
	if hook := c.spec.Lifecycle; hook != nil && hook.PostStart != nil {
		if err := w.hook(ctx, c, hook.PostStart); err != nil {
			w.warn("FailedPostStartHook", fmt.Sprintf("PostStartHook failed: %v", err))
			w.stopAlone(c, process)
			return
		}
	}
	select {
	case <-process.Done():
	case reason := <-unhealthy:
		w.host.Events.Event(w.object(), v1.EventTypeNormal, "Killing", reason)
		w.stopAlone(c, process)
	case <-ctx.Done():
		w.stopByOrder(c, process)
	}
}

// killRest ends what the container's leader left in its session and every exec, as the end of a real
// container's first process ends all others.
func (w *Worker) killRest(c *container, process *sandbox.Process) {
	process.KillAll()
	w.mu.Lock()
	execs := make([]*sandbox.Process, 0, len(c.execs))
	for running := range c.execs {
		execs = append(execs, running)
	}
	w.mu.Unlock()
	for _, running := range execs {
		running.KillAll()
	}
	process.Forget()
}
