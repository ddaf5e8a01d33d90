package pod

import (
	"fmt"
	"path/filepath"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"changeover.test/lab/node/internal/sandbox"
)

// container is what is known about one container. Guarded by the worker's mutex.
type container struct {
	spec    *v1.Container
	initial bool // an init container
	starts  int32
	state   v1.ContainerState
	last    v1.ContainerState
	ready   bool
	started bool
	done    bool // ended and not to be started again
	id      string
	process *sandbox.Process
	env     []string
	execs   map[*sandbox.Process]bool
	pauses  backOff
}

// recall builds a container from what its status says, after a restart of this kubelet. A container
// that was running is not any more: leftovers are killed before pods are taken up.
func recall(pod *v1.Pod, spec *v1.Container, initial bool) *container {
	c := &container{spec: spec, initial: initial, execs: map[*sandbox.Process]bool{}, pauses: crashBackOff()}
	c.state = waitingFor("ContainerCreating", "")
	if !initial && len(pod.Spec.InitContainers) > 0 {
		c.state = waitingFor("PodInitializing", "")
	}
	known := pod.Status.ContainerStatuses
	if initial {
		known = pod.Status.InitContainerStatuses
	}
	for _, status := range known {
		if status.Name != spec.Name {
			continue
		}
		c.id, c.last = status.ContainerID, status.LastTerminationState
		if status.State.Running != nil || status.State.Terminated != nil || c.last.Terminated != nil {
			c.starts = status.RestartCount + 1
		}
		if status.State.Terminated != nil {
			c.settle(pod, status.State.Terminated)
		}
		if status.State.Running != nil {
			c.settle(pod, lost(status))
		}
	}
	return c
}

// lost is the end of a container that nobody saw end.
func lost(status v1.ContainerStatus) *v1.ContainerStateTerminated {
	return &v1.ContainerStateTerminated{
		ExitCode: 137, Reason: "ContainerStatusUnknown",
		Message:   "The container could not be located when the pod was terminated",
		StartedAt: status.State.Running.StartedAt, FinishedAt: metav1.Now(), ContainerID: status.ContainerID,
	}
}

// settle takes the end of a container: for good, or with another start to come.
func (c *container) settle(pod *v1.Pod, ended *v1.ContainerStateTerminated) {
	c.process, c.ready, c.started = nil, false, false
	c.last = v1.ContainerState{Terminated: ended}
	c.done = !restarts(pod.Spec.RestartPolicy, c.initial, ended.ExitCode)
	c.state = c.last
	if c.done {
		// The last state is that of the instance before; the current one is told by state.
		c.last = v1.ContainerState{}
	}
}

// restarts says whether a container that ended is started again. An init container of a pod with
// policy Always behaves as with OnFailure.
func restarts(policy v1.RestartPolicy, initial bool, exitCode int32) bool {
	switch {
	case policy == v1.RestartPolicyNever:
		return false
	case policy == v1.RestartPolicyOnFailure || initial:
		return exitCode != 0
	}
	return true
}

func waitingFor(reason, message string) v1.ContainerState {
	return v1.ContainerState{Waiting: &v1.ContainerStateWaiting{Reason: reason, Message: message}}
}

func (c *container) status() v1.ContainerStatus {
	started := c.started
	status := v1.ContainerStatus{
		Name: c.spec.Name, State: c.state, LastTerminationState: c.last, Ready: c.ready, Started: &started,
		RestartCount: max(c.starts-1, 0), Image: c.spec.Image, ContainerID: c.id,
	}
	if c.initial {
		status.Ready = c.state.Terminated != nil && c.state.Terminated.ExitCode == 0
	}
	if c.state.Terminated != nil && c.last.Terminated == c.state.Terminated {
		status.LastTerminationState = v1.ContainerState{}
	}
	return status
}

func (w *Worker) logFile(c *container, start int32) string {
	return filepath.Join(w.dir, "containers", c.spec.Name, fmt.Sprintf("%d.log", start))
}

func (w *Worker) find(name string) *container {
	for _, c := range append(append([]*container{}, w.main...), w.init...) {
		if c.spec.Name == name {
			return c
		}
	}
	return nil
}
