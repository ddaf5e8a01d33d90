package volumes

import (
	"context"
	"errors"
	"fmt"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"changeover.test/lab/node/internal/vvr"
)

// Driver is the CSI driver whose volumes this laboratory has.
const Driver = "org.veritas.infoscale"

// awaitStep bounds one wait for writability, so that a daemon that was restarted is asked again.
const awaitStep = 20 * time.Second

// Claims finds the folders of claimed volumes. It never decides whether a volume may be written.
type Claims struct {
	Client   kubernetes.Interface
	VVR      vvr.Client
	Attacher *Attacher
}

// Resolve finds the replicator's volume behind a claim and attaches it to this node if its driver
// needs that. In this laboratory a CSI volume handle is the volume's name in the site's disk group.
func (c *Claims) Resolve(ctx context.Context, pod *v1.Pod, claim string) (string, error) {
	volume, err := c.volume(ctx, pod.Namespace, claim)
	if err != nil {
		return "", err
	}
	return volume.Spec.CSI.VolumeHandle, c.Attacher.Attach(ctx, volume, pod.UID)
}

// Writable waits until the volume may be written and gives its folder of that moment. tell is called
// with every new reason for the wait. Ask again before every start of a container: the volume may have
// become a Secondary, or live in another folder, since.
func (c *Claims) Writable(ctx context.Context, handle string, tell func(error)) (string, error) {
	answer, err := c.VVR.Attach(ctx, handle)
	for told := ""; ; {
		if err != nil {
			return "", err
		}
		if answer.OK && answer.Writable {
			return answer.Path, nil
		}
		if answer.Reason != told {
			told = answer.Reason
			tell(errors.New(told))
		}
		asked := time.Now()
		answer, err = c.VVR.AwaitAttach(ctx, handle, awaitStep)
		if err == nil && !answer.OK && time.Since(asked) < time.Second {
			// A refusal at once (an unknown volume) is no wait: let the caller back off.
			return "", errors.New(answer.Reason)
		}
	}
}

// Release gives up a pod's attachments once nothing of the pod is mounted any more.
func (c *Claims) Release(ctx context.Context, pod types.UID) error {
	return c.Attacher.Release(ctx, pod)
}

func (c *Claims) volume(ctx context.Context, namespace, name string) (*v1.PersistentVolume, error) {
	claim, err := c.Client.CoreV1().PersistentVolumeClaims(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	if claim.Status.Phase != v1.ClaimBound || claim.Spec.VolumeName == "" {
		return nil, fmt.Errorf("PVC %s/%s is not bound", namespace, name)
	}
	if claim.DeletionTimestamp != nil {
		return nil, fmt.Errorf("PVC %s/%s is being deleted", namespace, name)
	}
	volume, err := c.Client.CoreV1().PersistentVolumes().Get(ctx, claim.Spec.VolumeName, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	if ref := volume.Spec.ClaimRef; ref == nil || ref.UID != claim.UID {
		return nil, fmt.Errorf("PV %s is not bound to PVC %s/%s", volume.Name, namespace, name)
	}
	if volume.Spec.CSI == nil || volume.Spec.CSI.Driver != Driver {
		return nil, fmt.Errorf("PV %s is not a volume of the CSI driver %s", volume.Name, Driver)
	}
	if mode := volume.Spec.VolumeMode; mode != nil && *mode != v1.PersistentVolumeFilesystem {
		return nil, fmt.Errorf("PV %s: volumeMode %s is unsupported", volume.Name, *mode)
	}
	return volume, nil
}
