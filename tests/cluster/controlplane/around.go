package main

import (
	"context"
	"log"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	storage "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func storageClass() *storage.StorageClass {
	return &storage.StorageClass{
		ObjectMeta: meta.ObjectMeta{
			Name: volumeClass, Annotations: map[string]string{"storageclass.kubernetes.io/is-default-class": "true"},
		},
		Provisioner: provisioner,
	}
}

// provide makes a volume for a claim that has none.
func (n *nodes) provide(ctx context.Context, object any) error {
	claim := object.(*core.PersistentVolumeClaim)
	class := claim.Spec.StorageClassName
	if claim.Spec.VolumeName != "" || claim.DeletionTimestamp != nil || class == nil || *class != volumeClass {
		return nil
	}
	name := volumeOf(claim)
	_, err := n.client.CoreV1().PersistentVolumes().Create(ctx, &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: name, Annotations: map[string]string{"pv.kubernetes.io/provisioned-by": provisioner}},
		Spec: core.PersistentVolumeSpec{
			Capacity:    core.ResourceList{core.ResourceStorage: claim.Spec.Resources.Requests[core.ResourceStorage]},
			AccessModes: claim.Spec.AccessModes, VolumeMode: claim.Spec.VolumeMode, StorageClassName: volumeClass,
			PersistentVolumeReclaimPolicy: core.PersistentVolumeReclaimRetain,
			PersistentVolumeSource: core.PersistentVolumeSource{
				HostPath: &core.HostPathVolumeSource{Path: "/volumes/" + name},
			},
			ClaimRef: &core.ObjectReference{
				Kind: "PersistentVolumeClaim", APIVersion: "v1", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
		},
	}, meta.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// reclaim deletes the volume of a claim that is gone.
func (n *nodes) reclaim(ctx context.Context, object any) {
	if claim, is := object.(*core.PersistentVolumeClaim); is {
		err := n.client.CoreV1().PersistentVolumes().Delete(ctx, volumeOf(claim), meta.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			log.Print(err)
		}
	}
}

func volumeOf(claim *core.PersistentVolumeClaim) string {
	return "pvc-" + string(claim.UID)
}

// publishService gives a Service of type LoadBalancer an address.
func (n *nodes) publishService(ctx context.Context, object any) error {
	service := object.(*core.Service)
	if service.Spec.Type != core.ServiceTypeLoadBalancer || len(service.Status.LoadBalancer.Ingress) > 0 {
		return nil
	}
	changed := service.DeepCopy()
	changed.Status.LoadBalancer.Ingress = []core.LoadBalancerIngress{{IP: "192.0.2.1"}}
	_, err := n.client.CoreV1().Services(service.Namespace).UpdateStatus(ctx, changed, meta.UpdateOptions{})
	return err
}

// publishIngress gives an Ingress an address.
func (n *nodes) publishIngress(ctx context.Context, object any) error {
	ingress := object.(*networking.Ingress)
	if len(ingress.Status.LoadBalancer.Ingress) > 0 {
		return nil
	}
	changed := ingress.DeepCopy()
	changed.Status.LoadBalancer.Ingress = []networking.IngressLoadBalancerIngress{{IP: "192.0.2.2"}}
	_, err := n.client.NetworkingV1().Ingresses(ingress.Namespace).UpdateStatus(ctx, changed, meta.UpdateOptions{})
	return err
}
