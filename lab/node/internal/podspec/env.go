package podspec

import (
	"fmt"
	"sort"
	"strings"

	v1 "k8s.io/api/core/v1"
)

// Facts are what the environment needs beside the pod itself.
type Facts struct {
	PodIP, HostIP        string
	ServiceHost, APIPort string
	// ConfigMap and Secret answer nil data for an object that does not exist.
	ConfigMap func(name string) (map[string]string, error)
	Secret    func(name string) (map[string]string, error)
}

// MissingError says that an object or key which is not optional does not exist (yet).
type MissingError struct{ What string }

func (e MissingError) Error() string { return e.What }

// Environment gives a container's variables: what every container has, then envFrom, then env in
// order, later ones winning and seeing earlier ones.
func Environment(pod *v1.Pod, container *v1.Container, facts Facts) (map[string]string, error) {
	values := map[string]string{
		"PATH":                    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME":                    "/root",
		"HOSTNAME":                pod.Name,
		"KUBERNETES_SERVICE_HOST": facts.ServiceHost,
		"KUBERNETES_SERVICE_PORT": facts.APIPort,
	}
	for _, source := range container.EnvFrom {
		if err := addAll(values, source, facts); err != nil {
			return nil, err
		}
	}
	for _, variable := range container.Env {
		if variable.ValueFrom == nil {
			values[variable.Name] = Expand(variable.Value, values)
			continue
		}
		value, found, err := valueFrom(pod, variable.ValueFrom, facts)
		if err != nil {
			return nil, fmt.Errorf("variable %s: %w", variable.Name, err)
		}
		if found {
			values[variable.Name] = value
		}
	}
	return values, nil
}

// Pairs turns variables into NAME=value, sorted.
func Pairs(values map[string]string) []string {
	pairs := make([]string, 0, len(values))
	for name, value := range values {
		pairs = append(pairs, name+"="+value)
	}
	sort.Strings(pairs)
	return pairs
}

func addAll(values map[string]string, source v1.EnvFromSource, facts Facts) error {
	var data map[string]string
	var err error
	switch {
	case source.ConfigMapRef != nil:
		data, err = need(facts.ConfigMap, "configmap", source.ConfigMapRef.Name, source.ConfigMapRef.Optional)
	case source.SecretRef != nil:
		data, err = need(facts.Secret, "secret", source.SecretRef.Name, source.SecretRef.Optional)
	}
	for name, value := range data {
		values[source.Prefix+name] = value
	}
	return err
}

func need(get func(string) (map[string]string, error), kind, name string, optional *bool) (map[string]string, error) {
	data, err := get(name)
	if err == nil && data == nil && (optional == nil || !*optional) {
		err = MissingError{fmt.Sprintf("%s %q not found", kind, name)}
	}
	return data, err
}

func valueFrom(pod *v1.Pod, source *v1.EnvVarSource, facts Facts) (string, bool, error) {
	switch {
	case source.FieldRef != nil:
		value, err := Field(pod, source.FieldRef.FieldPath, facts)
		return value, true, err
	case source.ConfigMapKeyRef != nil:
		ref := source.ConfigMapKeyRef
		data, err := need(facts.ConfigMap, "configmap", ref.Name, ref.Optional)
		return key(data, err, keyRef{"configmap", ref.Name, ref.Key, ref.Optional})
	case source.SecretKeyRef != nil:
		ref := source.SecretKeyRef
		data, err := need(facts.Secret, "secret", ref.Name, ref.Optional)
		return key(data, err, keyRef{"secret", ref.Name, ref.Key, ref.Optional})
	}
	return "", false, fmt.Errorf("this kind of valueFrom is unsupported")
}

type keyRef struct {
	kind, name, key string
	optional        *bool
}

func key(data map[string]string, err error, ref keyRef) (string, bool, error) {
	if err != nil {
		return "", false, err
	}
	value, found := data[ref.key]
	if !found && (ref.optional == nil || !*ref.optional) {
		return "", false, MissingError{fmt.Sprintf("couldn't find key %s in %s %q", ref.key, ref.kind, ref.name)}
	}
	return value, found, nil
}

// Field reads a downward API path.
func Field(pod *v1.Pod, path string, facts Facts) (string, error) {
	if name, found := subscript(path, "metadata.labels"); found {
		return pod.Labels[name], nil
	}
	if name, found := subscript(path, "metadata.annotations"); found {
		return pod.Annotations[name], nil
	}
	switch path {
	case "metadata.name":
		return pod.Name, nil
	case "metadata.namespace":
		return pod.Namespace, nil
	case "metadata.uid":
		return string(pod.UID), nil
	case "metadata.labels":
		return formatMap(pod.Labels), nil
	case "metadata.annotations":
		return formatMap(pod.Annotations), nil
	case "spec.nodeName":
		return pod.Spec.NodeName, nil
	case "spec.serviceAccountName":
		return pod.Spec.ServiceAccountName, nil
	case "status.podIP", "status.podIPs":
		return facts.PodIP, nil
	case "status.hostIP", "status.hostIPs":
		return facts.HostIP, nil
	}
	return "", fmt.Errorf("field %s is unsupported", path)
}

func subscript(path, field string) (string, bool) {
	rest, found := strings.CutPrefix(path, field+"['")
	if !found {
		return "", false
	}
	return strings.CutSuffix(rest, "']")
}

func formatMap(values map[string]string) string {
	lines := make([]string, 0, len(values))
	for name, value := range values {
		lines = append(lines, fmt.Sprintf("%s=%q", name, value))
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
