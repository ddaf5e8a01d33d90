// Package podstatus computes a pod's status from what is known about its containers. It is pure, so
// that "truthful status" can be tested without a cluster.
package podstatus

import (
	"fmt"
	"strings"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Facts are the kubelet's knowledge about one pod.
type Facts struct {
	Pod        *v1.Pod
	Init, Main []v1.ContainerStatus
	PodIP      string
	HostIP     string
	StartTime  metav1.Time
	// SandboxReady: the pod's volumes and address are ready, containers may start.
	SandboxReady bool
	// Ended: every container has ended and none will be started again.
	Ended           bool
	Reason, Message string
	Now             metav1.Time
}

// Compute gives the status to write: base is the newest status known from the API server, whose
// conditions of other authors and whose transition times are kept.
func Compute(facts Facts, base v1.PodStatus) v1.PodStatus {
	status := *base.DeepCopy()
	status.Phase = phase(facts)
	status.ObservedGeneration = facts.Pod.Generation
	status.Reason, status.Message = facts.Reason, facts.Message
	status.HostIP, status.HostIPs = facts.HostIP, []v1.HostIP{{IP: facts.HostIP}}
	status.PodIP, status.PodIPs = facts.PodIP, nil
	if facts.PodIP != "" {
		status.PodIPs = []v1.PodIP{{IP: facts.PodIP}}
	}
	start := facts.StartTime
	status.StartTime = &start
	status.InitContainerStatuses = facts.Init
	status.ContainerStatuses = facts.Main
	for _, condition := range conditions(facts, status) {
		setCondition(&status, condition, facts)
	}
	return status
}

func terminal(phase v1.PodPhase) bool { return phase == v1.PodSucceeded || phase == v1.PodFailed }

// phase follows the kubelet's getPhase (kubernetes pkg/kubelet/kubelet_pods.go, v1.35).
func phase(facts Facts) v1.PodPhase {
	if terminal(facts.Pod.Status.Phase) {
		return facts.Pod.Status.Phase
	}
	policy := facts.Pod.Spec.RestartPolicy
	for _, status := range facts.Init {
		if ended := status.State.Terminated; ended == nil || ended.ExitCode != 0 {
			if facts.Ended || (ended != nil && policy == v1.RestartPolicyNever) {
				return v1.PodFailed
			}
			return v1.PodPending
		}
	}
	var waiting, running, stopped, succeeded int
	for _, status := range facts.Main {
		switch {
		case status.State.Running != nil:
			running++
		case status.State.Terminated != nil:
			stopped++
			if status.State.Terminated.ExitCode == 0 {
				succeeded++
			}
		case status.LastTerminationState.Terminated != nil:
			stopped++
		default:
			waiting++
		}
	}
	switch {
	case facts.Ended && succeeded == len(facts.Main):
		return v1.PodSucceeded
	case facts.Ended:
		return v1.PodFailed
	case waiting > 0:
		return v1.PodPending
	case running > 0, policy == v1.RestartPolicyAlways:
		return v1.PodRunning
	case stopped == succeeded:
		return v1.PodSucceeded
	case policy == v1.RestartPolicyNever:
		return v1.PodFailed
	}
	return v1.PodRunning
}

func conditions(facts Facts, status v1.PodStatus) []v1.PodCondition {
	sandbox := yesNo(facts.SandboxReady && !terminal(status.Phase))
	containers := containersReady(facts, status.Phase)
	ready := containers
	ready.Type = v1.PodReady
	if containers.Status == v1.ConditionTrue {
		if missing := missingGates(facts.Pod, status); missing != "" {
			ready.Status, ready.Reason, ready.Message = v1.ConditionFalse, "ReadinessGatesNotReady", missing
		}
	}
	return []v1.PodCondition{
		{Type: v1.PodScheduled, Status: v1.ConditionTrue},
		{Type: v1.PodReadyToStartContainers, Status: sandbox},
		initialized(facts, status.Phase), ready, containers,
	}
}

func yesNo(value bool) v1.ConditionStatus {
	if value {
		return v1.ConditionTrue
	}
	return v1.ConditionFalse
}

func initialized(facts Facts, phase v1.PodPhase) v1.PodCondition {
	condition := v1.PodCondition{Type: v1.PodInitialized, Status: v1.ConditionTrue}
	var open []string
	for _, status := range facts.Init {
		if status.State.Terminated == nil || status.State.Terminated.ExitCode != 0 {
			open = append(open, status.Name)
		}
	}
	switch {
	case phase == v1.PodSucceeded:
		condition.Reason = "PodCompleted"
	case len(open) > 0:
		condition.Status, condition.Reason = v1.ConditionFalse, "ContainersNotInitialized"
		condition.Message = fmt.Sprintf("containers with incomplete status: [%s]", strings.Join(open, " "))
	}
	return condition
}

func containersReady(facts Facts, phase v1.PodPhase) v1.PodCondition {
	condition := v1.PodCondition{Type: v1.ContainersReady, Status: v1.ConditionTrue}
	var unready []string
	for _, status := range facts.Main {
		if !status.Ready {
			unready = append(unready, status.Name)
		}
	}
	switch {
	case phase == v1.PodSucceeded:
		condition.Status, condition.Reason = v1.ConditionFalse, "PodCompleted"
	case phase == v1.PodFailed:
		condition.Status, condition.Reason = v1.ConditionFalse, "PodFailed"
	case len(unready) > 0:
		condition.Status, condition.Reason = v1.ConditionFalse, "ContainersNotReady"
		condition.Message = fmt.Sprintf("containers with unready status: [%s]", strings.Join(unready, " "))
	}
	return condition
}

func missingGates(pod *v1.Pod, status v1.PodStatus) string {
	for _, gate := range pod.Spec.ReadinessGates {
		if found := find(status.Conditions, gate.ConditionType); found == nil || found.Status != v1.ConditionTrue {
			return fmt.Sprintf("the status of pod readiness gate %q is not \"True\"", gate.ConditionType)
		}
	}
	return ""
}

func find(conditions []v1.PodCondition, kind v1.PodConditionType) *v1.PodCondition {
	for i := range conditions {
		if conditions[i].Type == kind {
			return &conditions[i]
		}
	}
	return nil
}

func setCondition(status *v1.PodStatus, condition v1.PodCondition, facts Facts) {
	condition.ObservedGeneration = facts.Pod.Generation
	condition.LastTransitionTime = facts.Now
	existing := find(status.Conditions, condition.Type)
	if existing == nil {
		status.Conditions = append(status.Conditions, condition)
		return
	}
	if existing.Status == condition.Status {
		condition.LastTransitionTime = existing.LastTransitionTime
	}
	*existing = condition
}
