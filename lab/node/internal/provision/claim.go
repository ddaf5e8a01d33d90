package provision

import (
	"context"
	"fmt"

	v1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/ptr"
)

// Annotations of the provisioning contract (sig-storage-lib-external-provisioner).
const (
	provisionedBy = "pv.kubernetes.io/provisioned-by"
	selectedNode  = "volume.kubernetes.io/selected-node"
)

// provision makes the volume and the PersistentVolume of a claim that waits for one. Every part may be
// done already: it is repeated after a failure.
func (p *Provisioner) provision(ctx context.Context, key string) error {
	namespace, name, err := cache.SplitMetaNamespaceKey(key)
	if err != nil {
		return nil
	}
	claim, err := p.Client.CoreV1().PersistentVolumeClaims(namespace).Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if claim.Spec.VolumeName != "" || claim.DeletionTimestamp != nil || ptr.Deref(claim.Spec.StorageClassName, "") == "" {
		return nil
	}
	class, err := p.Client.StorageV1().StorageClasses().Get(ctx, *claim.Spec.StorageClassName, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil || !wanted(claim, class) {
		return err
	}
	if fault := unsupported(claim); fault != "" {
		p.Events.Event(claim, v1.EventTypeWarning, "ProvisioningFailed", fault)
		return nil
	}
	volume := volumeFor(claim, class)
	size := claim.Spec.Resources.Requests[v1.ResourceStorage]
	if err := p.VVR.CreatePlain(ctx, volume.Name, size.Value()); err != nil {
		p.Events.Event(claim, v1.EventTypeWarning, "ProvisioningFailed", err.Error())
		return err
	}
	_, err = p.Client.CoreV1().PersistentVolumes().Create(ctx, volume, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	if err == nil {
		p.Events.Event(claim, v1.EventTypeNormal, "ProvisioningSucceeded", "Successfully provisioned volume "+volume.Name)
	}
	return nil
}

// wanted says whether this claim is ours and due: at once, or after the scheduler chose a node.
func wanted(claim *v1.PersistentVolumeClaim, class *storagev1.StorageClass) bool {
	if class.Provisioner != Driver || claim.Spec.Selector != nil {
		return false
	}
	late := ptr.Deref(class.VolumeBindingMode, storagev1.VolumeBindingImmediate) == storagev1.VolumeBindingWaitForFirstConsumer
	return !late || claim.Annotations[selectedNode] != ""
}

func unsupported(claim *v1.PersistentVolumeClaim) string {
	switch {
	case ptr.Deref(claim.Spec.VolumeMode, v1.PersistentVolumeFilesystem) != v1.PersistentVolumeFilesystem:
		return fmt.Sprintf("volumeMode %s is unsupported", *claim.Spec.VolumeMode)
	case claim.Spec.DataSource != nil || claim.Spec.DataSourceRef != nil:
		return "a data source is unsupported"
	}
	return ""
}

func volumeFor(claim *v1.PersistentVolumeClaim, class *storagev1.StorageClass) *v1.PersistentVolume {
	name := "pvc-" + string(claim.UID)
	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{provisionedBy: Driver}},
		Spec: v1.PersistentVolumeSpec{
			StorageClassName: class.Name, AccessModes: claim.Spec.AccessModes, MountOptions: class.MountOptions,
			Capacity:                      v1.ResourceList{v1.ResourceStorage: claim.Spec.Resources.Requests[v1.ResourceStorage]},
			PersistentVolumeReclaimPolicy: ptr.Deref(class.ReclaimPolicy, v1.PersistentVolumeReclaimDelete),
			VolumeMode:                    ptr.To(v1.PersistentVolumeFilesystem),
			PersistentVolumeSource: v1.PersistentVolumeSource{CSI: &v1.CSIPersistentVolumeSource{
				Driver: Driver, VolumeHandle: name, VolumeAttributes: class.Parameters,
			}},
			ClaimRef: &v1.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name,
				UID: claim.UID, ResourceVersion: claim.ResourceVersion,
			},
		},
	}
}
