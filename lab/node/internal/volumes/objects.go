// Package volumes makes the folders that a pod's volumes are: files from ConfigMaps, Secrets, tokens
// and the downward API, empty folders, and the volumes of the volume replicator.
package volumes

import (
	"context"
	"maps"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// ConfigMap reads a ConfigMap's data, binary data included; nil when there is none of that name.
func ConfigMap(ctx context.Context, client kubernetes.Interface, namespace, name string) (map[string][]byte, error) {
	object, err := client.CoreV1().ConfigMaps(namespace).Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	data := map[string][]byte{}
	for key, value := range object.Data {
		data[key] = []byte(value)
	}
	maps.Copy(data, object.BinaryData)
	return data, nil
}

// Secret reads a Secret's data; nil when there is none of that name.
func Secret(ctx context.Context, client kubernetes.Interface, namespace, name string) (map[string][]byte, error) {
	object, err := client.CoreV1().Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if object.Data == nil {
		return map[string][]byte{}, nil
	}
	return object.Data, nil
}

// Texts turns bytes into strings and keeps nil as nil.
func Texts(data map[string][]byte) map[string]string {
	if data == nil {
		return nil
	}
	texts := map[string]string{}
	for key, value := range data {
		texts[key] = string(value)
	}
	return texts
}

func boolValue(value *bool) bool { return value != nil && *value }

func modeOr(mode *int32, fallback *int32) int32 {
	if mode != nil {
		return *mode
	}
	if fallback != nil {
		return *fallback
	}
	return v1.ConfigMapVolumeSourceDefaultMode
}
