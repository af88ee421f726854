"""What talks to a cluster: the only part of the package that knows the Kubernetes client."""
