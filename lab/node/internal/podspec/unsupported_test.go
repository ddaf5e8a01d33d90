package podspec

import (
	"strings"
	"testing"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestEveryFaultOfAPodIsNamedAtOnce(t *testing.T) {
	pod := &v1.Pod{Spec: v1.PodSpec{
		Volumes: []v1.Volume{
			{Name: "fine", VolumeSource: v1.VolumeSource{EmptyDir: &v1.EmptyDirVolumeSource{}}},
			{Name: "host", VolumeSource: v1.VolumeSource{HostPath: &v1.HostPathVolumeSource{Path: "/"}}},
		},
		Containers: []v1.Container{
			{Name: "good", Command: []string{"true"}},
			{Name: "bad", ReadinessProbe: &v1.Probe{}},
		},
	}}
	got := strings.Join(Unsupported(pod), "; ")
	for _, want := range []string{`volume "host": hostPath`, `container "bad": has no command`, "readinessProbe"} {
		if !strings.Contains(got, want) {
			t.Errorf("faults %q do not name %q", got, want)
		}
	}
	if strings.Contains(got, "good") || strings.Contains(got, "fine") {
		t.Errorf("faults %q blame something that is supported", got)
	}
}

func TestTheEnvironmentIsBuiltInOrderAndSeesEarlierVariables(t *testing.T) {
	pod := &v1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Namespace: "n"}, Spec: v1.PodSpec{NodeName: "east-1"}}
	container := &v1.Container{
		EnvFrom: []v1.EnvFromSource{{Prefix: "C_", ConfigMapRef: &v1.ConfigMapEnvSource{LocalObjectReference: v1.LocalObjectReference{Name: "c"}}}},
		Env: []v1.EnvVar{
			{Name: "NODE", ValueFrom: &v1.EnvVarSource{FieldRef: &v1.ObjectFieldSelector{FieldPath: "spec.nodeName"}}},
			{Name: "BOTH", Value: "$(NODE)/$(C_a)"},
			{Name: "S", ValueFrom: &v1.EnvVarSource{SecretKeyRef: &v1.SecretKeySelector{LocalObjectReference: v1.LocalObjectReference{Name: "s"}, Key: "k"}}},
		},
	}
	facts := Facts{
		ConfigMap: func(string) (map[string]string, error) { return map[string]string{"a": "x"}, nil },
		Secret:    func(string) (map[string]string, error) { return map[string]string{"k": "hidden"}, nil },
	}
	values, err := Environment(pod, container, facts)
	if err != nil || values["BOTH"] != "east-1/x" || values["S"] != "hidden" || values["HOSTNAME"] != "p" {
		t.Fatalf("environment %v, error %v", values, err)
	}
	facts.Secret = func(string) (map[string]string, error) { return nil, nil }
	if _, err := Environment(pod, container, facts); err == nil || !strings.Contains(err.Error(), `secret "s" not found`) {
		t.Fatalf("a missing secret gives %v", err)
	}
}
