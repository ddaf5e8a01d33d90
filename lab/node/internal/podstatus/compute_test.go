package podstatus

import (
	"testing"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var (
	running  = v1.ContainerState{Running: &v1.ContainerStateRunning{}}
	waiting  = v1.ContainerState{Waiting: &v1.ContainerStateWaiting{Reason: "ContainerCreating"}}
	finished = v1.ContainerState{Terminated: &v1.ContainerStateTerminated{ExitCode: 0}}
	failed   = v1.ContainerState{Terminated: &v1.ContainerStateTerminated{ExitCode: 3}}
)

func podWith(policy v1.RestartPolicy) *v1.Pod {
	return &v1.Pod{ObjectMeta: metav1.ObjectMeta{Generation: 4}, Spec: v1.PodSpec{RestartPolicy: policy}}
}

func TestPhaseFollowsContainersAndRestartPolicy(t *testing.T) {
	crashed := v1.ContainerStatus{State: waiting, LastTerminationState: failed}
	cases := []struct {
		name   string
		policy v1.RestartPolicy
		init   []v1.ContainerStatus
		main   []v1.ContainerStatus
		ended  bool
		want   v1.PodPhase
	}{
		{"a container that never ran", v1.RestartPolicyAlways, nil, []v1.ContainerStatus{{State: waiting}}, false, v1.PodPending},
		{"an init container at work", v1.RestartPolicyAlways, []v1.ContainerStatus{{State: running}}, []v1.ContainerStatus{{State: waiting}}, false, v1.PodPending},
		{"a failed init container, never restarted", v1.RestartPolicyNever, []v1.ContainerStatus{{State: failed}}, []v1.ContainerStatus{{State: waiting}}, false, v1.PodFailed},
		{"all running", v1.RestartPolicyAlways, nil, []v1.ContainerStatus{{State: running}, {State: running}}, false, v1.PodRunning},
		{"a crash with restarts", v1.RestartPolicyAlways, nil, []v1.ContainerStatus{crashed}, false, v1.PodRunning},
		{"a job that succeeded", v1.RestartPolicyOnFailure, nil, []v1.ContainerStatus{{State: finished}}, false, v1.PodSucceeded},
		{"a job that failed once", v1.RestartPolicyOnFailure, nil, []v1.ContainerStatus{{State: failed}}, false, v1.PodRunning},
		{"a job that may not be restarted", v1.RestartPolicyNever, nil, []v1.ContainerStatus{{State: failed}}, false, v1.PodFailed},
		{"a deleted service that ended well", v1.RestartPolicyAlways, nil, []v1.ContainerStatus{{State: finished}}, true, v1.PodSucceeded},
		{"a deleted service that had to be killed", v1.RestartPolicyAlways, nil, []v1.ContainerStatus{{State: failed}}, true, v1.PodFailed},
	}
	for _, c := range cases {
		got := Compute(Facts{Pod: podWith(c.policy), Init: c.init, Main: c.main, Ended: c.ended}, v1.PodStatus{})
		if got.Phase != c.want {
			t.Errorf("%s: phase %s, want %s", c.name, got.Phase, c.want)
		}
	}
}

func TestConditionsKeepTransitionTimesAndForeignConditions(t *testing.T) {
	before := metav1.NewTime(time.Unix(100, 0))
	now := metav1.NewTime(time.Unix(200, 0))
	base := v1.PodStatus{Conditions: []v1.PodCondition{
		{Type: v1.DisruptionTarget, Status: v1.ConditionTrue},
		{Type: v1.PodReady, Status: v1.ConditionFalse, LastTransitionTime: before},
		{Type: v1.PodScheduled, Status: v1.ConditionTrue, LastTransitionTime: before},
	}}
	facts := Facts{Pod: podWith(v1.RestartPolicyAlways), Main: []v1.ContainerStatus{{Name: "a", State: running, Ready: true}}, SandboxReady: true, Now: now}
	got := Compute(facts, base)
	if find(got.Conditions, v1.DisruptionTarget) == nil {
		t.Error("the condition of another author is gone")
	}
	if ready := find(got.Conditions, v1.PodReady); ready.Status != v1.ConditionTrue || ready.LastTransitionTime != now || ready.ObservedGeneration != 4 {
		t.Errorf("Ready is %+v", ready)
	}
	if scheduled := find(got.Conditions, v1.PodScheduled); scheduled.LastTransitionTime != before {
		t.Errorf("an unchanged condition got a new transition time: %+v", scheduled)
	}
	facts.Main[0].Ready = false
	if ready := find(Compute(facts, got).Conditions, v1.PodReady); ready.Status != v1.ConditionFalse || ready.Reason != "ContainersNotReady" {
		t.Errorf("an unready container leaves Ready at %+v", ready)
	}
}
