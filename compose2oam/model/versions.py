"""The versions of OAM's own API, as manifests name them, for whoever needs nothing else of a model."""

V1ALPHA2 = "core.oam.dev/v1alpha2"
"""That of oam-kubernetes-runtime: a Component is an object of its own."""

V1BETA1 = "core.oam.dev/v1beta1"
"""That of KubeVela."""
