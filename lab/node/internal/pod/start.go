package pod

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	v1 "k8s.io/api/core/v1"

	"changeover.test/lab/node/internal/podspec"
	"changeover.test/lab/node/internal/sandbox"
	"changeover.test/lab/node/internal/sandbox/child"
	"changeover.test/lab/node/internal/volumes"
)

// facts are read anew for every start, so that a changed ConfigMap is seen.
func (w *Worker) facts(ctx context.Context, pod *v1.Pod) podspec.Facts {
	return podspec.Facts{
		PodIP: w.ip, HostIP: w.host.HostIP, ServiceHost: w.host.APIHost, APIPort: w.host.APIPort,
		ConfigMap: func(name string) (map[string]string, error) {
			data, err := volumes.ConfigMap(ctx, w.host.Client, pod.Namespace, name)
			return volumes.Texts(data), err
		},
		Secret: func(name string) (map[string]string, error) {
			data, err := volumes.Secret(ctx, w.host.Client, pod.Namespace, name)
			return volumes.Texts(data), err
		},
	}
}

// spec says how the container looks. It waits until the container's volumes may be written.
func (w *Worker) spec(ctx context.Context, c *container) (child.Spec, error) {
	pod := w.object()
	values, err := podspec.Environment(pod, c.spec, w.facts(ctx, pod))
	if err != nil {
		return child.Spec{}, err
	}
	mounts, err := w.volumeMounts(ctx, c, values)
	if err != nil {
		return child.Spec{}, err
	}
	hostname := pod.Name
	if pod.Spec.Hostname != "" {
		hostname = pod.Spec.Hostname
	}
	if pod.Spec.HostNetwork {
		hostname = ""
	}
	spec := child.Spec{
		Root: filepath.Join(w.dir, "root"), Hostname: hostname,
		Mounts: sandbox.Layout(w.host.exposed(pod), mounts),
		Args:   podspec.ExpandAll(append(append([]string{}, c.spec.Command...), c.spec.Args...), values),
		Env:    podspec.Pairs(values), Dir: c.spec.WorkingDir,
	}
	spec.UID, spec.GID = user(pod, c.spec)
	return spec, nil
}

func user(pod *v1.Pod, spec *v1.Container) (uid, gid *int64) {
	if context := pod.Spec.SecurityContext; context != nil {
		uid, gid = context.RunAsUser, context.RunAsGroup
	}
	if context := spec.SecurityContext; context != nil {
		if context.RunAsUser != nil {
			uid = context.RunAsUser
		}
		if context.RunAsGroup != nil {
			gid = context.RunAsGroup
		}
	}
	return uid, gid
}

func (w *Worker) volumeMounts(ctx context.Context, c *container, values map[string]string) ([]child.Mount, error) {
	var mounts []child.Mount
	pod := w.object()
	for _, mount := range c.spec.VolumeMounts {
		for i := range pod.Spec.Volumes {
			volume := &pod.Spec.Volumes[i]
			if volume.Name != mount.Name {
				continue
			}
			made, err := w.volumeMount(ctx, c, volumeUse{volume, mount, values})
			if err != nil {
				return nil, err
			}
			mounts = append(mounts, made)
		}
	}
	return mounts, nil
}

// volumeUse is one use of a volume by a container, with the container's variables.
type volumeUse struct {
	volume *v1.Volume
	mount  v1.VolumeMount
	values map[string]string
}

func (w *Worker) volumeMount(ctx context.Context, c *container, use volumeUse) (child.Mount, error) {
	volume, mount := use.volume, use.mount
	claim := volume.PersistentVolumeClaim
	// Only what a container may write is shared as it is; files made from objects are not its to change.
	readOnly := mount.ReadOnly || (claim != nil && claim.ReadOnly) || (claim == nil && volume.EmptyDir == nil)
	source := w.maker.Path(volume.Name)
	if claim != nil {
		var err error
		source, err = w.claimFolder(ctx, volume, func(reason string) { w.setState(c, waitingFor("ContainerCreating", reason)) })
		if err != nil {
			return child.Mount{}, err
		}
	}
	part := mount.SubPath
	if mount.SubPathExpr != "" {
		part = podspec.Expand(mount.SubPathExpr, use.values)
	}
	if part != "" {
		source = filepath.Join(source, filepath.Clean("/"+part))
		if claim != nil || volume.EmptyDir != nil {
			if err := os.MkdirAll(source, 0o755); err != nil {
				return child.Mount{}, err
			}
		}
	}
	return child.Mount{Source: source, Target: filepath.Clean("/" + mount.MountPath), ReadOnly: readOnly}, nil
}

// spawn starts the container's command with its output going straight into a file, which goes on
// working while no kubelet runs.
func (w *Worker) spawn(c *container, spec child.Spec) (*sandbox.Process, error) {
	path := w.logFile(c, c.starts)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	record := filepath.Join(filepath.Dir(path), "main"+sandbox.RecordSuffix)
	process, err := sandbox.Start(spec, sandbox.Streams{Out: log, Err: log}, record)
	if err != nil {
		return nil, fmt.Errorf("failed to start container %q: %w", c.spec.Name, err)
	}
	return process, nil
}
