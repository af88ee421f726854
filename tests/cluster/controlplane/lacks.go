package main

import (
	"context"
	"fmt"
	"strings"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// lacks says what a kubelet would wait for before it starts a pod: ConfigMaps and Secrets that are not there, or that
// have not the key that is asked for.
func (n *nodes) lacks(ctx context.Context, pod *core.Pod) (reason, message string) {
	look := needs{ctx: ctx, nodes: n, namespace: pod.Namespace}
	for _, volume := range pod.Spec.Volumes {
		if source := volume.ConfigMap; source != nil {
			look.config(source.Name, source.Optional, keys(source.Items)...)
		}
		if source := volume.Secret; source != nil {
			look.secret(source.SecretName, source.Optional, keys(source.Items)...)
		}
		if volume.Projected == nil {
			continue
		}
		for _, source := range volume.Projected.Sources {
			if one := source.ConfigMap; one != nil {
				look.config(one.Name, one.Optional, keys(one.Items)...)
			}
			if one := source.Secret; one != nil {
				look.secret(one.Name, one.Optional, keys(one.Items)...)
			}
		}
	}
	if len(look.missing) > 0 {
		return "ContainerCreating", "MountVolume.SetUp failed: " + strings.Join(look.missing, "; ")
	}
	for _, container := range append(append([]core.Container{}, pod.Spec.InitContainers...), pod.Spec.Containers...) {
		for _, from := range container.EnvFrom {
			if one := from.ConfigMapRef; one != nil {
				look.config(one.Name, one.Optional)
			}
			if one := from.SecretRef; one != nil {
				look.secret(one.Name, one.Optional)
			}
		}
		for _, variable := range container.Env {
			if variable.ValueFrom == nil {
				continue
			}
			if one := variable.ValueFrom.ConfigMapKeyRef; one != nil {
				look.config(one.Name, one.Optional, one.Key)
			}
			if one := variable.ValueFrom.SecretKeyRef; one != nil {
				look.secret(one.Name, one.Optional, one.Key)
			}
		}
	}
	if len(look.missing) > 0 {
		return "CreateContainerConfigError", strings.Join(look.missing, "; ")
	}
	return "", ""
}

func keys(items []core.KeyToPath) (found []string) {
	for _, item := range items {
		found = append(found, item.Key)
	}
	return found
}

type needs struct {
	ctx       context.Context
	nodes     *nodes
	namespace string
	missing   []string
}

func (l *needs) config(name string, optional *bool, keys ...string) {
	found, err := l.nodes.client.CoreV1().ConfigMaps(l.namespace).Get(l.ctx, name, meta.GetOptions{})
	has := func(key string) bool {
		_, text := found.Data[key]
		_, bytes := found.BinaryData[key]
		return text || bytes
	}
	l.note("configmap", name, err == nil, optional, has, keys)
}

func (l *needs) secret(name string, optional *bool, keys ...string) {
	found, err := l.nodes.client.CoreV1().Secrets(l.namespace).Get(l.ctx, name, meta.GetOptions{})
	has := func(key string) bool {
		_, is := found.Data[key]
		return is
	}
	l.note("secret", name, err == nil, optional, has, keys)
}

func (l *needs) note(kind, name string, there bool, optional *bool, has func(string) bool, keys []string) {
	if optional != nil && *optional {
		return
	}
	if !there {
		l.missing = append(l.missing, fmt.Sprintf("%s %q not found", kind, name))
		return
	}
	for _, key := range keys {
		if !has(key) {
			l.missing = append(l.missing, fmt.Sprintf("couldn't find key %s in %s %s/%s", key, kind, l.namespace, name))
		}
	}
}
