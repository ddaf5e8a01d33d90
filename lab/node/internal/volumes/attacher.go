package volumes

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"

	v1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
)

// Attacher stands for the attach-detach controller and the driver's attacher on this node: it makes a
// VolumeAttachment when the CSIDriver asks for attachment and removes it after the last pod using it.
type Attacher struct {
	Client kubernetes.Interface
	Node   string

	mu      sync.Mutex
	holders map[string]map[types.UID]bool // attachment name → pods
}

// attachmentName is the attach-detach controller's (kubernetes pkg/volume/csi, getAttachmentName).
func attachmentName(handle, node string) string {
	return fmt.Sprintf("csi-%x", sha256.Sum256([]byte(handle+Driver+node)))
}

// Attach makes sure that the volume is attached to this node if its driver needs that. Whether it does
// is read every time: the setting may change between two mounts.
func (a *Attacher) Attach(ctx context.Context, volume *v1.PersistentVolume, pod types.UID) error {
	driver, err := a.Client.StorageV1().CSIDrivers().Get(ctx, Driver, metav1.GetOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return err
	}
	// A missing CSIDriver object means that attachment is required (API reference, CSIDriverSpec).
	if err == nil && driver.Spec.AttachRequired != nil && !*driver.Spec.AttachRequired {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.refuseSecondNode(ctx, volume); err != nil {
		return err
	}
	name := attachmentName(volume.Spec.CSI.VolumeHandle, a.Node)
	a.hold(name, pod)
	return a.create(ctx, name, volume.Name)
}

func (a *Attacher) hold(name string, pod types.UID) {
	if a.holders == nil {
		a.holders = map[string]map[types.UID]bool{}
	}
	if a.holders[name] == nil {
		a.holders[name] = map[types.UID]bool{}
	}
	a.holders[name][pod] = true
}

func (a *Attacher) create(ctx context.Context, name, volume string) error {
	api := a.Client.StorageV1().VolumeAttachments()
	attachment, err := api.Create(ctx, &storagev1.VolumeAttachment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: storagev1.VolumeAttachmentSpec{
			Attacher: Driver, NodeName: a.Node,
			Source: storagev1.VolumeAttachmentSource{PersistentVolumeName: &volume},
		},
	}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		attachment, err = api.Get(ctx, name, metav1.GetOptions{})
	}
	if err != nil || attachment.Status.Attached {
		return err
	}
	attachment.Status.Attached = true
	_, err = api.UpdateStatus(ctx, attachment, metav1.UpdateOptions{})
	return err
}

func (a *Attacher) refuseSecondNode(ctx context.Context, volume *v1.PersistentVolume) error {
	if slices.Contains(volume.Spec.AccessModes, v1.ReadWriteMany) {
		return nil
	}
	list, err := a.Client.StorageV1().VolumeAttachments().List(ctx, metav1.ListOptions{ResourceVersion: "0"})
	if err != nil {
		return err
	}
	for _, other := range list.Items {
		source := other.Spec.Source.PersistentVolumeName
		if source != nil && *source == volume.Name && other.Spec.NodeName != a.Node {
			return fmt.Errorf("Multi-Attach error for volume %q Volume is already exclusively attached to one node and can't be attached to another", volume.Name)
		}
	}
	return nil
}

// Release removes the attachments that only this pod held.
func (a *Attacher) Release(ctx context.Context, pod types.UID) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for name, pods := range a.holders {
		if !pods[pod] {
			continue
		}
		if len(pods) == 1 {
			if err := a.remove(ctx, name); err != nil {
				return err
			}
			delete(a.holders, name)
			continue
		}
		delete(pods, pod)
	}
	return nil
}

func (a *Attacher) remove(ctx context.Context, name string) error {
	err := a.Client.StorageV1().VolumeAttachments().Delete(ctx, name, metav1.DeleteOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// DropOrphans removes this node's attachments of volumes that no bound pod of it claims: what an
// earlier kubelet left behind.
func (a *Attacher) DropOrphans(ctx context.Context, pods []*v1.Pod) error {
	wanted := map[string]bool{}
	for _, pod := range pods {
		for _, volume := range pod.Spec.Volumes {
			if volume.PersistentVolumeClaim == nil {
				continue
			}
			claim, err := a.Client.CoreV1().PersistentVolumeClaims(pod.Namespace).Get(ctx, volume.PersistentVolumeClaim.ClaimName, metav1.GetOptions{})
			if err != nil && !apierrors.IsNotFound(err) {
				return err
			}
			wanted[claim.Spec.VolumeName] = true
		}
	}
	list, err := a.Client.StorageV1().VolumeAttachments().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, found := range list.Items {
		source := found.Spec.Source.PersistentVolumeName
		if found.Spec.NodeName == a.Node && found.Spec.Attacher == Driver && source != nil && !wanted[*source] {
			if err := a.remove(ctx, found.Name); err != nil {
				return err
			}
		}
	}
	return nil
}
