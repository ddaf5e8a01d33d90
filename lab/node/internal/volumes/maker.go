package volumes

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"

	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"changeover.test/lab/node/internal/podspec"
)

// Maker makes the folders of one pod's volumes under Folder.
type Maker struct {
	Client kubernetes.Interface
	Pod    *v1.Pod
	Facts  podspec.Facts
	Folder string

	mu     sync.Mutex
	tokens map[string]token
}

// Path is the folder of a volume that is not a claim.
func (m *Maker) Path(volume string) string { return filepath.Join(m.Folder, volume) }

// Make makes or refreshes every volume except claims. It may be called again at any time.
func (m *Maker) Make(ctx context.Context) error {
	failures := make(chan error, len(m.Pod.Spec.Volumes))
	for i := range m.Pod.Spec.Volumes {
		volume := &m.Pod.Spec.Volumes[i]
		go func() {
			err := m.makeOne(ctx, volume)
			if err != nil {
				err = fmt.Errorf("MountVolume.SetUp failed for volume %q : %w", volume.Name, err)
			}
			failures <- err
		}()
	}
	var first error
	for range m.Pod.Spec.Volumes {
		if err := <-failures; err != nil && first == nil {
			first = err
		}
	}
	return first
}

func (m *Maker) makeOne(ctx context.Context, volume *v1.Volume) error {
	if volume.PersistentVolumeClaim != nil {
		return nil
	}
	path := m.Path(volume.Name)
	if volume.EmptyDir != nil {
		if err := os.MkdirAll(path, 0o777); err != nil {
			return err
		}
		return os.Chmod(path, 0o777)
	}
	files, err := m.files(ctx, volume)
	if err != nil {
		return err
	}
	return writeFiles(path, files)
}

func (m *Maker) files(ctx context.Context, volume *v1.Volume) (map[string]file, error) {
	switch source := volume.VolumeSource; {
	case source.ConfigMap != nil:
		c := source.ConfigMap
		return m.configMap(ctx, keySelection{"configmap", c.Name, c.Items, c.DefaultMode, c.Optional})
	case source.Secret != nil:
		s := source.Secret
		return m.secret(ctx, keySelection{"secret", s.SecretName, s.Items, s.DefaultMode, s.Optional})
	case source.DownwardAPI != nil:
		return m.downward(source.DownwardAPI.Items, source.DownwardAPI.DefaultMode)
	case source.Projected != nil:
		return m.projected(ctx, source.Projected)
	}
	return nil, fmt.Errorf("this kind of volume is unsupported")
}

func (m *Maker) configMap(ctx context.Context, selection keySelection) (map[string]file, error) {
	data, err := ConfigMap(ctx, m.Client, m.Pod.Namespace, selection.name)
	if err != nil {
		return nil, err
	}
	return selectKeys(data, selection)
}

func (m *Maker) secret(ctx context.Context, selection keySelection) (map[string]file, error) {
	data, err := Secret(ctx, m.Client, m.Pod.Namespace, selection.name)
	if err != nil {
		return nil, err
	}
	return selectKeys(data, selection)
}

func (m *Maker) downward(items []v1.DownwardAPIVolumeFile, mode *int32) (map[string]file, error) {
	files := map[string]file{}
	for _, item := range items {
		if item.FieldRef == nil {
			return nil, fmt.Errorf("downward API item %s: only fieldRef is supported", item.Path)
		}
		value, err := podspec.Field(m.Pod, item.FieldRef.FieldPath, m.Facts)
		if err != nil {
			return nil, err
		}
		files[filepath.Clean(item.Path)] = file{[]byte(value), modeOr(item.Mode, mode)}
	}
	return files, nil
}

func (m *Maker) projected(ctx context.Context, source *v1.ProjectedVolumeSource) (map[string]file, error) {
	files := map[string]file{}
	for _, part := range source.Sources {
		var some map[string]file
		var err error
		switch {
		case part.ConfigMap != nil:
			some, err = m.configMap(ctx, keySelection{"configmap", part.ConfigMap.Name, part.ConfigMap.Items, source.DefaultMode, part.ConfigMap.Optional})
		case part.Secret != nil:
			some, err = m.secret(ctx, keySelection{"secret", part.Secret.Name, part.Secret.Items, source.DefaultMode, part.Secret.Optional})
		case part.DownwardAPI != nil:
			some, err = m.downward(part.DownwardAPI.Items, source.DefaultMode)
		case part.ServiceAccountToken != nil:
			some, err = m.serviceAccountToken(ctx, part.ServiceAccountToken)
		default:
			err = fmt.Errorf("this kind of projected source is unsupported")
		}
		if err != nil {
			return nil, err
		}
		maps.Copy(files, some)
	}
	return files, nil
}
