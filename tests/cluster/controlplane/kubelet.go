package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
)

const (
	idle    = time.Hour
	patient = 30 * time.Second
)

// serve answers what the API server asks the kubelets: logs, commands in containers, and connections to ports.
func (n *nodes) serve(ctx context.Context, certificate tls.Certificate, authority string) error {
	content, err := os.ReadFile(authority)
	if err != nil {
		return err
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(content)
	routes := http.NewServeMux()
	routes.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", n.logs)
	// Over SPDY these are sent with POST, over WebSockets with GET.
	routes.HandleFunc("/exec/{namespace}/{pod}/{container}", n.exec)
	routes.HandleFunc("/attach/{namespace}/{pod}/{container}", n.attach)
	routes.HandleFunc("/portForward/{namespace}/{pod}", n.forward)
	server := &http.Server{
		Addr: fmt.Sprintf("127.0.0.1:%d", n.port), Handler: routes, ReadHeaderTimeout: patient,
		ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{certificate}, ClientCAs: trusted, ClientAuth: tls.RequireAndVerifyClientCert,
			// SPDY upgrades a connection of HTTP/1.1.
			NextProtos: []string{"http/1.1"},
		},
	}
	go func() {
		if err := server.ListenAndServeTLS("", ""); !errors.Is(err, http.ErrServerClosed) {
			log.Print("kubelet: ", err)
		}
	}()
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	return nil
}

// found returns the pod and the container of a request; after an answer it returns nil.
func (n *nodes) found(w http.ResponseWriter, r *http.Request) (*core.Pod, *core.Container) {
	pod, err := n.pods.Pods(r.PathValue("namespace")).Get(r.PathValue("pod"))
	if err != nil {
		http.Error(w, "pod does not exist", http.StatusNotFound)
		return nil, nil
	}
	name := r.PathValue("container")
	for _, container := range append(append([]core.Container{}, pod.Spec.Containers...), pod.Spec.InitContainers...) {
		if container.Name == name {
			return pod, &container
		}
	}
	http.Error(w, fmt.Sprintf("container %s not found in pod %s", name, pod.Name), http.StatusNotFound)
	return nil, nil
}

func (n *nodes) logs(w http.ResponseWriter, r *http.Request) {
	pod, container := n.found(w, r)
	if pod == nil {
		return
	}
	query := r.URL.Query()
	pick := func() run {
		now, before := n.runs.peek(pod, container.Name)
		if query.Get("previous") == "true" {
			return before
		}
		return now
	}
	now := pick()
	if now.number == 0 {
		message := fmt.Sprintf("container %q in pod %q is waiting to start: ContainerCreating", container.Name, pod.Name)
		if query.Get("previous") == "true" {
			message = fmt.Sprintf("previous terminated container %q in pod %q not found", container.Name, pod.Name)
		}
		http.Error(w, message, http.StatusBadRequest)
		return
	}
	written := wanted(now.lines(time.Now()), query.Get("tailLines"), query.Get("sinceSeconds"), query.Get("sinceTime"))
	w.Header().Set("Content-Type", "text/plain")
	w.WriteHeader(http.StatusOK)
	print := func(lines []line) {
		for _, one := range lines {
			if query.Get("timestamps") == "true" {
				fmt.Fprint(w, one.at.UTC().Format(time.RFC3339Nano), " ")
			}
			fmt.Fprintln(w, one.text)
		}
		w.(http.Flusher).Flush()
	}
	print(written)
	count := len(now.lines(time.Now()))
	for query.Get("follow") == "true" && now.ended.IsZero() {
		select {
		case <-r.Context().Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
		next, before := n.runs.peek(pod, container.Name)
		switch now.number {
		case next.number:
			now = next
		case before.number:
			now = before
		default:
			return // the pod is gone
		}
		lines := now.lines(time.Now())
		print(lines[count:])
		count = len(lines)
	}
}

// wanted leaves the lines that a request asks for.
func wanted(lines []line, tail, seconds, since string) []line {
	var from time.Time
	if count, err := strconv.Atoi(seconds); err == nil {
		from = time.Now().Add(-time.Duration(count) * time.Second)
	} else if moment, err := time.Parse(time.RFC3339, since); err == nil {
		from = moment
	}
	for len(lines) > 0 && lines[0].at.Before(from) {
		lines = lines[1:]
	}
	if count, err := strconv.Atoi(tail); err == nil && count < len(lines) {
		lines = lines[len(lines)-count:]
	}
	return lines
}

func (n *nodes) exec(w http.ResponseWriter, r *http.Request) {
	pod, container := n.found(w, r)
	if pod == nil {
		return
	}
	options, err := remotecommand.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	inside := &shell{nodes: n, pod: pod, container: container}
	command := r.URL.Query()["command"]
	remotecommand.ServeExec(w, r, inside, pod.Name, "", container.Name, command, options, idle, patient,
		remotecommand.SupportedStreamingProtocols)
}

func (n *nodes) attach(w http.ResponseWriter, r *http.Request) {
	pod, container := n.found(w, r)
	if pod == nil {
		return
	}
	options, err := remotecommand.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	inside := &shell{nodes: n, pod: pod, container: container}
	remotecommand.ServeAttach(w, r, inside, pod.Name, "", container.Name, options, idle, patient,
		remotecommand.SupportedStreamingProtocols)
}

func (n *nodes) forward(w http.ResponseWriter, r *http.Request) {
	pod, err := n.pods.Pods(r.PathValue("namespace")).Get(r.PathValue("pod"))
	if err != nil {
		http.Error(w, "pod does not exist", http.StatusNotFound)
		return
	}
	options, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	portforward.ServePortForward(w, r, listener{pod}, pod.Name, "", options, idle, patient,
		portforward.SupportedProtocols)
}

// A listener answers on the ports that a pod's containers declare: by HTTP, with the pod's name, the port and the path.
type listener struct {
	pod *core.Pod
}

func (l listener) PortForward(_ context.Context, _, _ string, port int32, stream io.ReadWriteCloser) error {
	defer stream.Close()
	if !l.listens(port) {
		return fmt.Errorf("failed to connect to localhost:%d inside the pod %s: connection refused", port, l.pod.Name)
	}
	reader := bufio.NewReader(stream)
	for {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return nil
		}
		sent, err := io.ReadAll(request.Body)
		if err != nil {
			return nil
		}
		body := fmt.Sprintf("%s:%d %s %s %s\n", l.pod.Name, port, request.Method, request.URL.Path, sent)
		answer := http.Response{
			StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Body: io.NopCloser(strings.NewReader(body)),
			ContentLength: int64(len(body)), Close: request.Close,
		}
		if err := answer.Write(stream); err != nil || request.Close {
			return nil
		}
	}
}

func (l listener) listens(port int32) bool {
	for _, container := range append(append([]core.Container{}, l.pod.Spec.Containers...), l.pod.Spec.InitContainers...) {
		for _, one := range container.Ports {
			if one.ContainerPort == port {
				return true
			}
		}
	}
	return false
}
