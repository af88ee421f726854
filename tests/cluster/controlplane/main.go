// Controlplane runs a Kubernetes control plane for tests: etcd, API server, controllers, scheduler and two simulated
// nodes, all on loopback and on free ports.
//
//	controlplane DIRECTORY
//
// It writes certificates, data, logs and the kubeconfig of an administrator to DIRECTORY, prints "ready" with the path
// of the kubeconfig, and runs until it gets SIGINT or SIGTERM. SIGHUP kills the API server and starts it again.
package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	"k8s.io/component-base/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

// The parts of Kubernetes keep global state, so each runs in a process of its own: this program, called by its name.
var parts = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllers.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
}

func main() {
	if len(os.Args) > 1 {
		if part, known := parts[os.Args[1]]; known {
			go endWithParent()
			// What a build without the release's own flags calls itself is no version, and clients say so.
			if err := version.SetDynamicVersion("v0.0.0-tests"); err != nil {
				panic(err)
			}
			os.Args = os.Args[1:]
			os.Exit(cli.Run(part()))
		}
	}
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: controlplane DIRECTORY")
		os.Exit(2)
	}
	if err := operate(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		os.Exit(1)
	}
}

// endWithParent ends a part when whoever started it is gone, however that came about: its standard input ends then.
func endWithParent() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(1)
}

func operate(directory string) error {
	directory, err := filepath.Abs(directory)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return err
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	ports, err := freePorts(4)
	if err != nil {
		return err
	}
	server := fmt.Sprintf("https://127.0.0.1:%d", ports[0])
	if err := writeCredentials(directory, server); err != nil {
		return err
	}
	store, err := startEtcd(filepath.Join(directory, "etcd"), ports[1], ports[2])
	if err != nil {
		return err
	}
	defer store.Close()
	plane := &controlPlane{directory: directory, died: make(chan error, 8)}
	defer plane.stop()
	if err := plane.startServer(ports[0], ports[1]); err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", plane.file("kubeconfig"))
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 500, 1000
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := plane.wait(ctx, "the API server", func() bool { return isReady(ctx, client) }); err != nil {
		return err
	}
	if err := plane.startControllers(); err != nil {
		return err
	}
	certificate, err := tls.LoadX509KeyPair(plane.file("server.crt"), plane.file("server.key"))
	if err != nil {
		return err
	}
	machines := newNodes(client, ports[3])
	if err := machines.start(ctx, certificate, plane.file("ca.crt")); err != nil {
		return err
	}
	if err := plane.wait(ctx, "the nodes", func() bool { return machines.areReady(ctx) }); err != nil {
		return err
	}
	fmt.Println("ready", plane.file("kubeconfig"))
	for {
		select {
		case err := <-plane.died:
			return err
		case received := <-signals:
			if received != syscall.SIGHUP {
				return nil
			}
			plane.kill("kube-apiserver")
			if err := plane.startServer(ports[0], ports[1]); err != nil {
				return err
			}
		}
	}
}

func isReady(ctx context.Context, client kubernetes.Interface) bool {
	return client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error() == nil
}

// freePorts finds so many ports that nobody listens on.
func freePorts(count int) ([]int, error) {
	found := make([]int, count)
	for index := range found {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		// All are held until the last one is found, so that no two are the same.
		defer listener.Close()
		found[index] = listener.Addr().(*net.TCPAddr).Port
	}
	return found, nil
}

func startEtcd(directory string, client, peer int) (*embed.Etcd, error) {
	config := embed.NewConfig()
	config.Dir = directory
	clients, peers := []url.URL{loopback(client)}, []url.URL{loopback(peer)}
	config.ListenClientUrls, config.AdvertiseClientUrls = clients, clients
	config.ListenPeerUrls, config.AdvertisePeerUrls = peers, peers
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	config.LogLevel = "error"
	config.UnsafeNoFsync = true
	store, err := embed.StartEtcd(config)
	if err != nil {
		return nil, err
	}
	select {
	case <-store.Server.ReadyNotify():
		return store, nil
	case <-time.After(time.Minute):
		store.Close()
		return nil, fmt.Errorf("etcd is not ready after a minute")
	}
}

func loopback(port int) url.URL {
	return url.URL{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", port)}
}

// A controlPlane is the processes of the parts.
type controlPlane struct {
	directory string
	running   []*process
	died      chan error
}

type process struct {
	name   string
	cmd    *exec.Cmd
	wanted chan struct{} // closed when it is to end
	ended  chan struct{} // closed when it has ended
}

func (plane *controlPlane) file(name string) string {
	return filepath.Join(plane.directory, name)
}

// start runs a part; its output goes to a file of its name.
func (plane *controlPlane) start(name string, arguments ...string) error {
	output, err := os.OpenFile(plane.file(name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer output.Close()
	program, err := os.Executable()
	if err != nil {
		return err
	}
	one := &process{name, exec.Command(program, append([]string{name}, arguments...)...), make(chan struct{}), make(chan struct{})}
	one.cmd.Stdout, one.cmd.Stderr = output, output
	if _, err := one.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := one.cmd.Start(); err != nil {
		return err
	}
	plane.running = append(plane.running, one)
	go func() {
		err := one.cmd.Wait()
		close(one.ended)
		select {
		case <-one.wanted:
		default:
			plane.died <- fmt.Errorf("%s ended (%v): see %s", name, err, output.Name())
		}
	}()
	return nil
}

// kill ends the processes of a name; nothing that they have is worth a farewell.
func (plane *controlPlane) kill(name string) {
	var others []*process
	for _, one := range plane.running {
		if one.name != name {
			others = append(others, one)
			continue
		}
		close(one.wanted)
		_ = one.cmd.Process.Kill()
		<-one.ended
	}
	plane.running = others
}

func (plane *controlPlane) stop() {
	for _, name := range []string{"kube-scheduler", "kube-controller-manager", "kube-apiserver"} {
		plane.kill(name)
	}
}

// wait returns when something is so, or with an error when it takes too long or a part has died.
func (plane *controlPlane) wait(ctx context.Context, what string, is func() bool) error {
	late := time.After(2 * time.Minute)
	for !is() {
		select {
		case err := <-plane.died:
			return err
		case <-late:
			return fmt.Errorf("%s: not ready after two minutes; see %s", what, plane.directory)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil
}

func (plane *controlPlane) startServer(port, store int) error {
	// Each request is noted with its user, so that tests can count what a program asked.
	policy := "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n" +
		"- {level: None, userGroups: ['system:masters', 'system:nodes', 'system:serviceaccounts:kube-system']}\n- level: Metadata\n"
	if err := os.WriteFile(plane.file("audit.yaml"), []byte(policy), 0o600); err != nil {
		return err
	}
	return plane.start("kube-apiserver",
		fmt.Sprintf("--etcd-servers=http://127.0.0.1:%d", store),
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
		fmt.Sprintf("--secure-port=%d", port),
		"--tls-cert-file="+plane.file("server.crt"), "--tls-private-key-file="+plane.file("server.key"),
		"--client-ca-file="+plane.file("ca.crt"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file="+plane.file("accounts.pub"),
		"--service-account-signing-key-file="+plane.file("accounts.key"),
		"--kubelet-client-certificate="+plane.file("admin.crt"), "--kubelet-client-key="+plane.file("admin.key"),
		"--kubelet-certificate-authority="+plane.file("ca.crt"), "--kubelet-preferred-address-types=InternalIP",
		"--service-cluster-ip-range=10.96.0.0/16", "--authorization-mode=RBAC", "--anonymous-auth=false",
		"--allow-privileged=true", "--profiling=false",
		"--audit-policy-file="+plane.file("audit.yaml"), "--audit-log-path="+plane.file("audit.log"))
}

func (plane *controlPlane) startControllers() error {
	config := plane.file("kubeconfig")
	usual := []string{
		"--kubeconfig=" + config, "--authentication-kubeconfig=" + config, "--authorization-kubeconfig=" + config,
		"--leader-elect=false", "--secure-port=0", "--profiling=false", "--kube-api-qps=500", "--kube-api-burst=1000",
	}
	err := plane.start("kube-controller-manager", append(usual, "--pvclaimbinder-sync-period=2s",
		"--service-account-private-key-file="+plane.file("accounts.key"), "--root-ca-file="+plane.file("ca.crt"))...)
	if err != nil {
		return err
	}
	return plane.start("kube-scheduler", usual...)
}
