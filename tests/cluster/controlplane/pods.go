package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash/fnv"
	"log"
	"time"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
)

func (n *nodes) enqueue(object any) {
	if key, err := cache.MetaNamespaceKeyFunc(object); err == nil {
		n.queue.Add(key)
	}
}

func (n *nodes) forget(object any) {
	if gone, is := object.(*core.Pod); is {
		n.runs.forget(gone.UID)
	}
}

func (n *nodes) work(ctx context.Context) {
	go func() {
		<-ctx.Done()
		n.queue.ShutDown()
	}()
	for {
		key, over := n.queue.Get()
		if over {
			return
		}
		again, err := n.play(ctx, key)
		if err != nil && !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) && ctx.Err() == nil {
			log.Print(key, ": ", err)
		}
		if err != nil && again == 0 {
			again = 200 * time.Millisecond
		}
		if again > 0 {
			n.queue.AddAfter(key, again)
		}
		n.queue.Done(key)
	}
}

// play moves a pod on, as a kubelet would; it says after what time to look at it again, 0 for when it changes.
func (n *nodes) play(ctx context.Context, key string) (time.Duration, error) {
	namespace, name, _ := cache.SplitMetaNamespaceKey(key)
	pod, err := n.pods.Pods(namespace).Get(name)
	if err != nil {
		return 0, nil
	}
	if pod.Spec.NodeName == "" {
		return 0, nil
	}
	if pod.DeletionTimestamp != nil {
		at := int64(0)
		options := meta.DeleteOptions{GracePeriodSeconds: &at, Preconditions: &meta.Preconditions{UID: &pod.UID}}
		return 0, n.client.CoreV1().Pods(namespace).Delete(ctx, name, options)
	}
	if pod.Status.Phase == core.PodSucceeded || pod.Status.Phase == core.PodFailed {
		return 0, nil
	}
	status, again := n.next(ctx, pod)
	if same(pod.Status, status) {
		return again, nil
	}
	changed := pod.DeepCopy()
	changed.Status = status
	if _, err := n.client.CoreV1().Pods(namespace).UpdateStatus(ctx, changed, meta.UpdateOptions{}); err != nil {
		return 0, err
	}
	n.tell(ctx, pod, status)
	return again, nil
}

// next works out the status that a pod has by now, and when it may change without a change of the pod.
func (n *nodes) next(ctx context.Context, pod *core.Pod) (core.PodStatus, time.Duration) {
	status := *pod.Status.DeepCopy()
	if status.StartTime == nil {
		now := meta.Now()
		status.StartTime = &now
	}
	status.HostIP, status.HostIPs = "127.0.0.1", []core.HostIP{{IP: "127.0.0.1"}}
	// What is missing stops no container that runs.
	if pod.Status.Phase != core.PodRunning {
		if reason, message := n.lacks(ctx, pod); reason != "" {
			waits := core.ContainerState{Waiting: &core.ContainerStateWaiting{Reason: reason, Message: message}}
			return n.filled(pod, status, core.PodPending, func(core.Container) core.ContainerStatus {
				return core.ContainerStatus{State: waits}
			}), 500 * time.Millisecond
		}
	}
	address := addressOf(pod)
	status.PodIP, status.PodIPs = address, []core.PodIP{{IP: address}}
	var seen tally
	result := n.filled(pod, status, core.PodRunning, func(container core.Container) core.ContainerStatus {
		return n.state(pod, container, &seen)
	})
	switch over := seen.ended == len(pod.Spec.Containers); {
	case seen.stuck > 0:
		result.Phase = core.PodPending
	case over && seen.failed == 0:
		result.Phase = core.PodSucceeded
	case over:
		result.Phase = core.PodFailed
	}
	setReady(&result)
	return result, seen.again
}

// A tally counts the containers of a pod by what became of them.
type tally struct {
	ended, failed, stuck int
	again                time.Duration // after which to look again, 0 for when something changes
}

// state works out the state of a container by now.
func (n *nodes) state(pod *core.Pod, container core.Container, seen *tally) core.ContainerStatus {
	if behaves(container, missingImage) {
		seen.stuck++
		return unpulled(container)
	}
	ends := pod.Spec.RestartPolicy != core.RestartPolicyAlways && !stays(container)
	now, before := n.runs.last(pod, container)
	if ends && now.ended.IsZero() {
		seen.again = jobTime - time.Since(now.started)
		if seen.again <= 0 {
			seen.again = jobTime
			code := 0
			if behaves(container, crashing) {
				code = 1
			}
			n.runs.end(pod, container.Name, code, code != 0 && pod.Spec.RestartPolicy == core.RestartPolicyOnFailure)
			now, before = n.runs.last(pod, container)
		}
	}
	if !now.ended.IsZero() {
		seen.ended++
		if now.exitCode != 0 {
			seen.failed++
		}
		return core.ContainerStatus{State: ended(now), RestartCount: int32(now.number - 1)}
	}
	if !ends && behaves(container, crashing) {
		return crashed(now)
	}
	found := core.ContainerStatus{
		Ready: !behaves(container, unready), RestartCount: int32(now.number - 1),
		State: core.ContainerState{Running: &core.ContainerStateRunning{StartedAt: meta.NewTime(now.started)}},
	}
	if before.number > 0 {
		found.LastTerminationState = ended(before)
	}
	if left := readyLater - time.Since(now.started); behaves(container, slow) && left > 0 {
		found.Ready, seen.again = false, left
	}
	return found
}

// filled returns a status with the states of all containers, of which one is worked out by a function.
func (n *nodes) filled(
	pod *core.Pod, status core.PodStatus, phase core.PodPhase, state func(core.Container) core.ContainerStatus,
) core.PodStatus {
	status.Phase = phase
	status.ContainerStatuses, status.InitContainerStatuses = nil, nil
	name := func(container core.Container, found core.ContainerStatus) core.ContainerStatus {
		started := found.State.Running != nil
		found.Name, found.Image, found.Started = container.Name, container.Image, &started
		if found.State.Waiting == nil || found.RestartCount > 0 {
			found.ContainerID = "simulated://" + string(pod.UID) + "/" + container.Name
			found.ImageID = imageID(container.Image)
		}
		return found
	}
	for _, container := range pod.Spec.InitContainers {
		found := core.ContainerStatus{Ready: true, State: ended(run{started: status.StartTime.Time, ended: status.StartTime.Time})}
		if phase == core.PodPending || stays(container) {
			found = state(container)
		}
		status.InitContainerStatuses = append(status.InitContainerStatuses, name(container, found))
	}
	for _, container := range pod.Spec.Containers {
		status.ContainerStatuses = append(status.ContainerStatuses, name(container, state(container)))
	}
	setReady(&status)
	return status
}

// stays tells whether an init container runs beside the others to their end.
func stays(container core.Container) bool {
	return container.RestartPolicy != nil && *container.RestartPolicy == core.ContainerRestartPolicyAlways
}

func unpulled(container core.Container) core.ContainerStatus {
	message := fmt.Sprintf("Back-off pulling image %q: manifest unknown", container.Image)
	return core.ContainerStatus{State: core.ContainerState{Waiting: &core.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: message}}}
}

func crashed(now run) core.ContainerStatus {
	last := now
	last.ended, last.exitCode = now.started, 1
	return core.ContainerStatus{
		RestartCount: 1, LastTerminationState: ended(last),
		State: core.ContainerState{Waiting: &core.ContainerStateWaiting{
			Reason: "CrashLoopBackOff", Message: "back-off 10s restarting failed container=" + now.name,
		}},
	}
}

func ended(of run) core.ContainerState {
	reason := "Completed"
	if of.exitCode != 0 {
		reason = "Error"
	}
	return core.ContainerState{Terminated: &core.ContainerStateTerminated{
		ExitCode: int32(of.exitCode), Reason: reason, StartedAt: meta.NewTime(of.started), FinishedAt: meta.NewTime(of.ended),
	}}
}

// setReady sets the conditions that follow from the containers.
func setReady(status *core.PodStatus) {
	ready, reason := core.ConditionTrue, ""
	for _, one := range status.ContainerStatuses {
		if !one.Ready {
			ready, reason = core.ConditionFalse, "ContainersNotReady"
		}
	}
	if status.Phase == core.PodSucceeded {
		reason = "PodCompleted"
	}
	begun := core.ConditionTrue
	for _, one := range status.InitContainerStatuses {
		if one.State.Waiting != nil {
			begun = core.ConditionFalse
		}
	}
	set := func(kind core.PodConditionType, value core.ConditionStatus, reason string) {
		for index := range status.Conditions {
			if one := &status.Conditions[index]; one.Type == kind {
				if one.Status != value {
					one.LastTransitionTime = meta.Now()
				}
				one.Status, one.Reason = value, reason
				return
			}
		}
		status.Conditions = append(status.Conditions, core.PodCondition{
			Type: kind, Status: value, Reason: reason, LastTransitionTime: meta.Now(),
		})
	}
	set(core.PodInitialized, begun, "")
	set(core.ContainersReady, ready, reason)
	set(core.PodReady, ready, reason)
}

// same tells whether nothing but a moment differs.
func same(a, b core.PodStatus) bool {
	if a.Phase != b.Phase || len(a.ContainerStatuses) != len(b.ContainerStatuses) || len(a.InitContainerStatuses) != len(b.InitContainerStatuses) {
		return false
	}
	all := func(status core.PodStatus) (found string) {
		for _, one := range append(append([]core.ContainerStatus{}, status.InitContainerStatuses...), status.ContainerStatuses...) {
			found += fmt.Sprintln(one.Name, one.Ready, one.RestartCount, one.State.Waiting, one.State.Running != nil, one.State.Terminated != nil)
		}
		return found
	}
	return all(a) == all(b)
}

// tell writes the event that a kubelet writes when something goes wrong, or when a container starts.
func (n *nodes) tell(ctx context.Context, pod *core.Pod, status core.PodStatus) {
	for _, one := range status.ContainerStatuses {
		kind, reason, message := core.EventTypeNormal, "Started", "Container "+one.Name+" started"
		if waits := one.State.Waiting; waits != nil {
			kind, reason, message = core.EventTypeWarning, "Failed", waits.Message
			if waits.Reason == "CrashLoopBackOff" {
				reason = "BackOff"
			}
		} else if one.State.Terminated != nil || !one.Ready {
			continue
		}
		now := meta.Now()
		_, _ = n.client.CoreV1().Events(pod.Namespace).Create(ctx, &core.Event{
			ObjectMeta: meta.ObjectMeta{GenerateName: pod.Name + ".", Namespace: pod.Namespace},
			InvolvedObject: core.ObjectReference{
				Kind: "Pod", APIVersion: "v1", Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID,
				FieldPath: "spec.containers{" + one.Name + "}",
			},
			Type: kind, Reason: reason, Message: message, Count: 1, FirstTimestamp: now, LastTimestamp: now,
			Source: core.EventSource{Component: "kubelet", Host: pod.Spec.NodeName},
		}, meta.CreateOptions{})
	}
}

func addressOf(pod *core.Pod) string {
	number := hashOf(string(pod.UID))
	return fmt.Sprintf("10.244.%d.%d", number>>8%256, number%254+1)
}

func imageID(image string) string {
	return fmt.Sprintf("%s@sha256:%x", image, sha256.Sum256([]byte(image)))
}

func hashOf(text string) uint32 {
	made := fnv.New32a()
	_, _ = made.Write([]byte(text))
	return made.Sum32()
}
