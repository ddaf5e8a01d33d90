package podspec

import (
	"fmt"

	v1 "k8s.io/api/core/v1"
)

// Unsupported names everything in a pod that this kubelet cannot do. Such a pod is never started:
// half a pod would tell a test something that is not so.
func Unsupported(pod *v1.Pod) []string {
	var faults []string
	add := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for i := range pod.Spec.Volumes {
		if kind := unsupportedVolume(&pod.Spec.Volumes[i]); kind != "" {
			add("volume %q: %s is unsupported", pod.Spec.Volumes[i].Name, kind)
		}
	}
	for i := range pod.Spec.InitContainers {
		container := &pod.Spec.InitContainers[i]
		if container.RestartPolicy != nil {
			add("init container %q: restartPolicy (sidecar) is unsupported", container.Name)
		}
		for _, fault := range unsupportedContainer(container) {
			add("init container %q: %s", container.Name, fault)
		}
	}
	for i := range pod.Spec.Containers {
		for _, fault := range unsupportedContainer(&pod.Spec.Containers[i]) {
			add("container %q: %s", pod.Spec.Containers[i].Name, fault)
		}
	}
	return faults
}

func unsupportedContainer(container *v1.Container) []string {
	var faults []string
	if len(container.Command) == 0 {
		// There is no image whose entry point could be run.
		faults = append(faults, "has no command; images are not run here, a command is needed")
	}
	if len(container.VolumeDevices) > 0 {
		faults = append(faults, "volumeDevices are unsupported")
	}
	for _, variable := range container.Env {
		source := variable.ValueFrom
		if source != nil && source.FieldRef == nil && source.ConfigMapKeyRef == nil && source.SecretKeyRef == nil {
			faults = append(faults, fmt.Sprintf("variable %s: this kind of valueFrom is unsupported", variable.Name))
		}
	}
	probes := map[string]*v1.Probe{
		"livenessProbe": container.LivenessProbe, "readinessProbe": container.ReadinessProbe, "startupProbe": container.StartupProbe,
	}
	for name, probe := range probes {
		if probe != nil && probe.HTTPGet == nil && probe.TCPSocket == nil && probe.Exec == nil {
			faults = append(faults, name+": only httpGet, tcpSocket and exec are supported")
		}
	}
	return faults
}

func unsupportedVolume(volume *v1.Volume) string {
	source := volume.VolumeSource
	switch {
	case source.ConfigMap != nil, source.Secret != nil, source.EmptyDir != nil,
		source.PersistentVolumeClaim != nil, source.DownwardAPI != nil:
		return ""
	case source.Projected != nil:
		for _, part := range source.Projected.Sources {
			if part.ClusterTrustBundle != nil || part.PodCertificate != nil {
				return "this kind of projected source"
			}
		}
		return ""
	case source.HostPath != nil:
		return "hostPath"
	}
	return "this kind of volume"
}
