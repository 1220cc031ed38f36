package dns

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// queryLimit is more than any query without extensions has.
const queryLimit = 4096

// Main is the program dns. It returns the exit code.
func Main(args []string) int {
	set := flag.NewFlagSet("dns", flag.ContinueOnError)
	kubeconfig := set.String("kubeconfig", "", "how to reach the API server")
	listen := set.String("listen", "", "host:port, of UDP")
	if err := set.Parse(args); err != nil {
		return 2
	}
	if err := run(context.Background(), *kubeconfig, *listen); err != nil {
		fmt.Fprintln(os.Stderr, "dns:", err)
		return 1
	}
	return 0
}

func run(ctx context.Context, kubeconfig, listen string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return fmt.Errorf("read kubeconfig: %w", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	known := names{
		services: factory.Core().V1().Services().Lister(),
		slices:   factory.Discovery().V1().EndpointSlices().Lister(),
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())

	socket, err := net.ListenPacket("udp4", listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	return serve(socket, known)
}

func serve(socket net.PacketConn, known names) error {
	query := make([]byte, queryLimit)
	for {
		size, from, err := socket.ReadFrom(query)
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if reply, err := known.answer(query[:size]); err == nil {
			_, _ = socket.WriteTo(reply, from) // a lost one is asked for again
		}
	}
}
