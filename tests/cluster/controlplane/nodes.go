package main

import (
	"context"
	"crypto/tls"
	"log"
	"time"

	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

const (
	// Label of the nodes, by which tests know that no container really runs.
	simulated = "compose2oam.io/simulated"
	// Who provides volumes; claims without a class get those of this one.
	provisioner = "compose2oam.io/volumes"
	volumeClass = "standard"
	lease       = "kube-node-lease"
)

var nodeNames = []string{"node-1", "node-2"}

// nodes plays the machines of a cluster, and what else stands around it: volumes, and addresses for what is published.
type nodes struct {
	client  kubernetes.Interface
	port    int // of the kubelets
	pods    corelisters.PodLister
	queue   workqueue.TypedDelayingInterface[string]
	runs    *runs
	factory informers.SharedInformerFactory
}

func newNodes(client kubernetes.Interface, port int) *nodes {
	factory := informers.NewSharedInformerFactory(client, 0)
	return &nodes{
		client: client, port: port, factory: factory, runs: newRuns(), pods: factory.Core().V1().Pods().Lister(),
		queue: workqueue.NewTypedDelayingQueue[string](),
	}
}

func (n *nodes) start(ctx context.Context, certificate tls.Certificate, authority string) error {
	if err := n.serve(ctx, certificate, authority); err != nil {
		return err
	}
	if err := n.makeClasses(ctx); err != nil {
		return err
	}
	add := func(object any) { n.enqueue(object) }
	_, err := n.factory.Core().V1().Pods().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: add, UpdateFunc: func(_, object any) { n.enqueue(object) }, DeleteFunc: n.forget,
	})
	if err != nil {
		return err
	}
	handlers := map[cache.SharedIndexInformer]func(context.Context, any) error{
		n.factory.Core().V1().PersistentVolumeClaims().Informer(): n.provide,
		n.factory.Core().V1().Services().Informer():               n.publishService,
		n.factory.Networking().V1().Ingresses().Informer():        n.publishIngress,
	}
	for informer, handle := range handlers {
		noted := func(object any) {
			if err := handle(ctx, object); err != nil && !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) {
				log.Print(err)
			}
		}
		_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc: noted, UpdateFunc: func(_, object any) { noted(object) }, DeleteFunc: func(object any) { n.reclaim(ctx, object) },
		})
		if err != nil {
			return err
		}
	}
	n.factory.Start(ctx.Done())
	go n.beat(ctx)
	for range 4 {
		go n.work(ctx)
	}
	return nil
}

// areReady tells whether pods can be made and placed.
func (n *nodes) areReady(ctx context.Context) bool {
	if _, err := n.client.CoreV1().ServiceAccounts("default").Get(ctx, "default", meta.GetOptions{}); err != nil {
		return false
	}
	for _, name := range nodeNames {
		node, err := n.client.CoreV1().Nodes().Get(ctx, name, meta.GetOptions{})
		// A node keeps its taints until the controller has seen that it is ready.
		if err != nil || len(node.Spec.Taints) > 0 || len(node.Status.Conditions) == 0 {
			return false
		}
	}
	return true
}

func (n *nodes) makeClasses(ctx context.Context) error {
	storage := storageClass()
	if _, err := n.client.StorageV1().StorageClasses().Create(ctx, storage, meta.CreateOptions{}); err != nil {
		return err
	}
	ingress := &networking.IngressClass{
		ObjectMeta: meta.ObjectMeta{Name: "standard", Annotations: map[string]string{networking.AnnotationIsDefaultIngressClass: "true"}},
		Spec:       networking.IngressClassSpec{Controller: "compose2oam.io/ingress"},
	}
	_, err := n.client.NetworkingV1().IngressClasses().Create(ctx, ingress, meta.CreateOptions{})
	return err
}

// beat keeps the nodes alive.
func (n *nodes) beat(ctx context.Context) {
	for ctx.Err() == nil {
		for _, name := range nodeNames {
			if err := n.beatOnce(ctx, name); err != nil && ctx.Err() == nil {
				log.Print(name, ": ", err)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Second):
		}
	}
}

func (n *nodes) beatOnce(ctx context.Context, name string) error {
	node, err := n.client.CoreV1().Nodes().Get(ctx, name, meta.GetOptions{})
	if apierrors.IsNotFound(err) {
		node = &core.Node{ObjectMeta: meta.ObjectMeta{Name: name, Labels: map[string]string{
			core.LabelHostname: name, core.LabelOSStable: "linux", core.LabelArchStable: "amd64", simulated: "true",
		}}}
		node, err = n.client.CoreV1().Nodes().Create(ctx, node, meta.CreateOptions{})
	}
	if err != nil {
		return err
	}
	node.Status = n.status(node)
	if _, err := n.client.CoreV1().Nodes().UpdateStatus(ctx, node, meta.UpdateOptions{}); err != nil {
		return err
	}
	now, seconds := meta.NewMicroTime(time.Now()), int32(40)
	leases := n.client.CoordinationV1().Leases(lease)
	held, err := leases.Get(ctx, name, meta.GetOptions{})
	if apierrors.IsNotFound(err) {
		spec := coordination.LeaseSpec{HolderIdentity: &name, LeaseDurationSeconds: &seconds, RenewTime: &now}
		_, err = leases.Create(ctx, &coordination.Lease{ObjectMeta: meta.ObjectMeta{Name: name}, Spec: spec}, meta.CreateOptions{})
		return err
	}
	if err != nil {
		return err
	}
	held.Spec.RenewTime = &now
	_, err = leases.Update(ctx, held, meta.UpdateOptions{})
	return err
}

func (n *nodes) status(node *core.Node) core.NodeStatus {
	now := meta.Now()
	holds := core.ResourceList{
		core.ResourceCPU: resource.MustParse("64"), core.ResourceMemory: resource.MustParse("256Gi"),
		core.ResourcePods: resource.MustParse("2000"), core.ResourceEphemeralStorage: resource.MustParse("1Ti"),
	}
	condition := func(kind core.NodeConditionType, status core.ConditionStatus, reason string) core.NodeCondition {
		return core.NodeCondition{Type: kind, Status: status, Reason: reason, LastHeartbeatTime: now, LastTransitionTime: node.CreationTimestamp}
	}
	return core.NodeStatus{
		Capacity: holds, Allocatable: holds,
		Addresses:       []core.NodeAddress{{Type: core.NodeInternalIP, Address: "127.0.0.1"}, {Type: core.NodeHostName, Address: node.Name}},
		DaemonEndpoints: core.NodeDaemonEndpoints{KubeletEndpoint: core.DaemonEndpoint{Port: int32(n.port)}},
		NodeInfo:        core.NodeSystemInfo{KubeletVersion: "v1.36.3", OperatingSystem: "linux", Architecture: "amd64"},
		Conditions: []core.NodeCondition{
			condition(core.NodeReady, core.ConditionTrue, "KubeletReady"),
			condition(core.NodeMemoryPressure, core.ConditionFalse, "KubeletHasSufficientMemory"),
			condition(core.NodeDiskPressure, core.ConditionFalse, "KubeletHasNoDiskPressure"),
			condition(core.NodePIDPressure, core.ConditionFalse, "KubeletHasSufficientPID"),
		},
	}
}
