package provision

import (
	"context"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// removable says whether a volume is to be removed with all its data. It does not matter who made it:
// a real driver, too, removes a released volume with policy Delete, replicated or not.
func removable(volume *v1.PersistentVolume) bool {
	return volume.Status.Phase == v1.VolumeReleased &&
		volume.Spec.PersistentVolumeReclaimPolicy == v1.PersistentVolumeReclaimDelete &&
		volume.Spec.CSI != nil && volume.Spec.CSI.Driver == Driver
}

func (p *Provisioner) remove(ctx context.Context, name string) error {
	// Read again: between the news and now somebody may have set Retain.
	volume, err := p.Client.CoreV1().PersistentVolumes().Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil || !removable(volume) {
		return err
	}
	attached, err := p.attached(ctx, name)
	if err != nil {
		return err
	}
	if attached {
		return stillAttached(name)
	}
	p.Log.Info("removing a released volume with its data", "volume", name, "handle", volume.Spec.CSI.VolumeHandle)
	if err := p.VVR.DeletePlain(ctx, volume.Spec.CSI.VolumeHandle); err != nil {
		p.Events.Event(volume, v1.EventTypeWarning, "VolumeFailedDelete", err.Error())
		return err
	}
	err = p.Client.CoreV1().PersistentVolumes().Delete(ctx, name, metav1.DeleteOptions{
		Preconditions: metav1.NewUIDPreconditions(string(volume.UID)),
	})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

type stillAttached string

func (s stillAttached) Error() string {
	return "persistentvolume " + string(s) + " is still attached to a node"
}

// attached asks as the external provisioner does: an attached volume is not deleted.
func (p *Provisioner) attached(ctx context.Context, name string) (bool, error) {
	list, err := p.Client.StorageV1().VolumeAttachments().List(ctx, metav1.ListOptions{ResourceVersion: "0"})
	if err != nil {
		return false, err
	}
	for _, attachment := range list.Items {
		if source := attachment.Spec.Source.PersistentVolumeName; source != nil && *source == name {
			return true, nil
		}
	}
	return false, nil
}
