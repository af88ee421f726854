"""The keys of ``x-oam``: one table, by the part of a Compose file that it stands in.

What the engine accepts (:mod:`compose2oam.rules.extension_check`), the JSON schema for editors
(:mod:`compose2oam.rules.extension_schema`) and docs/x-oam.md are made of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from compose2oam.rules import strict
from compose2oam.rules.extension_shapes import AMOUNT, WHOLE, Block, Key, Named, PassedOn
from compose2oam.rules.settings import CHOICES, NAME, PATTERN, REGISTRY, SIZE, TAG, TRUTH, WORD, key_of

_TYPE = Key(strict.TEXT, "its type, as the runtime calls it", "webservice", form="words")
_PROPERTIES = Key(strict.MAPPING, "its parameters", "{replicas: 2}")

TRAIT = Block(
    "`traits` of x-oam",
    {
        "type": Key(strict.TEXT, "the type of the trait", "scaler", form="words"),
        "properties": _PROPERTIES,
        "disable": Key(strict.TRUTH, "take the trait of this type away that the translation made", "true"),
    },
    ("type",),
)
_TRAITS = Key(
    strict.LIST,
    "traits, laid over those of the translation by their type",
    "[{type: scaler, properties: {replicas: 2}}]",
    TRAIT,
)
COMPONENT = Block("`component` of x-oam", {"type": _TYPE, "properties": _PROPERTIES}, ("type",))
_CLUSTERS = Key(strict.TEXTS, "the clusters that it goes to; `local` is where the runtime is", "[local]", form="name")
_LABELS = Named(strict.TEXT, "LABEL")
TOPOLOGY = Block(
    "`topology` of x-oam",
    {
        "clusters": _CLUSTERS,
        "clusterLabelSelector": Key(strict.MAPPING, "labels of the clusters that it goes to", "{region: eu}", _LABELS),
        "namespace": Key(strict.TEXT, "the namespace that its objects go to there", "shop-eu", form="label"),
        "allowEmpty": Key(strict.TRUTH, "no error where no cluster has the labels", "true"),
    },
    apart=((("clusters", "clusterLabelSelector"), "clusters are named, or chosen by their labels"),),
    filled="name clusters, the labels of clusters, or a namespace",
)
_CHANGES = {
    "replicas": Key(WHOLE, "how many copies run there", "3", form="count"),
    "properties": Key(strict.MAPPING, "parameters of its component that are otherwise there", "{image: shop/web:2}"),
    "traits": Key(
        strict.LIST,
        "traits that are otherwise there, by their type",
        "[{type: scaler, properties: {replicas: 1}}]",
        Block("`traits` of x-oam", TRAIT.keys, ("type",)),
    ),
}
OVERRIDE = Block(
    "`overrides` of x-oam",
    {
        "name": Key(strict.TEXT, "the name of the policy; `override-SERVICE` by default", "small", form="name"),
        "service": Key(strict.TEXT, "the service that is changed", "web"),
        **_CHANGES,
    },
    ("service",),
)
CHANGE = Block("`services` of x-oam", _CHANGES)
ENVIRONMENT = Block(
    "`environments` of x-oam",
    {
        "clusters": _CLUSTERS,
        "clusterLabelSelector": TOPOLOGY.keys["clusterLabelSelector"],
        "namespace": TOPOLOGY.keys["namespace"],
        "approve": Key(strict.TRUTH, "wait until somebody resumes the workflow before it goes there", "true"),
        "services": Key(
            strict.MAPPING, "what is otherwise there, by service", "{web: {replicas: 3}}", Named(CHANGE, "SERVICE")
        ),
    },
    apart=TOPOLOGY.apart,
)
_SHOWN = {
    WORD: "",
    SIZE: "10Gi",
    NAME: "shop.example.com",
    TAG: "stable",
    PATTERN: "auto",
    REGISTRY: "registry.example.com/team",
}
HEALTH = Block(
    "`health` of x-oam",
    {
        "timeout": Key(WHOLE, "seconds after which a look counts as failed", "10", form="some"),
        "interval": Key(WHOLE, "seconds between two looks", "30", form="some"),
        "services": Key(strict.TEXTS, "the services that are looked at; all by default", "[web]"),
    },
)
DEFAULTS = Block(
    "`defaults` of x-oam",
    {
        key_of(name): Key(
            strict.TRUTH if choice.kind == TRUTH else strict.TEXT,
            choice.decides,
            "true" if choice.kind == TRUTH else choice.default or _SHOWN[choice.kind],
            words=choice.words if choice.kind == WORD else (),
            form=name,
        )
        for name, choice in CHOICES.items()
    },
)
HPA = Block(
    "`hpa` of x-oam",
    {
        "min": Key(WHOLE, "the least number of copies; 1 by default", "2", form="some"),
        "max": Key(WHOLE, "the greatest number of copies; 10 by default", "8", form="some"),
        "cpu": Key(WHOLE, "percent of the requested processor time to aim at", "60", form="percent"),
        "memory": Key(WHOLE, "percent of the requested memory to aim at", "80", form="percent"),
    },
    filled="write max, and cpu or memory in percent of what the service requests",
)
TRIGGER = Block(
    "`triggers` of x-oam",
    {
        "type": Key(strict.TEXT, "the type of the trigger, as KEDA calls it", "kafka", form="words"),
        "metadata": Key(strict.MAPPING, "what KEDA's documentation of the type says", "{topic: thumbs}"),
        "name": Key(strict.TEXT, "a name for it", "lag"),
        "metricType": Key(
            strict.TEXT, "how KEDA counts", "AverageValue", words=("AverageValue", "Value", "Utilization")
        ),
        "useCachedMetrics": Key(strict.TRUTH, "ask the source once a polling interval, and no more", "true"),
        "authenticationRef": Key(strict.MAPPING, "the TriggerAuthentication with its credentials", "{name: kafka}"),
    },
    ("type", "metadata"),
)
KEDA = Block(
    "`keda` of x-oam",
    {
        "min": Key(WHOLE, "the least number of copies; 0 by default", "0", form="count"),
        "max": Key(WHOLE, "the greatest number of copies; 100 by default", "5", form="some"),
        "triggers": Key(
            strict.LIST, "what it follows", "[{type: cpu, metricType: Utilization, metadata: {value: '60'}}]", TRIGGER
        ),
        "pollingInterval": Key(WHOLE, "seconds between two looks; 30 by default", "30", form="some"),
        "cooldownPeriod": Key(WHOLE, "seconds without an event before it goes down; 60 by default", "60", form="count"),
    },
    ("triggers",),
)
STEP = Block(
    "`steps` of x-oam",
    {
        "weight": Key(WHOLE, "percent of the traffic that the new version gets", "20", form="share"),
        "replicas": Key(AMOUNT, "how many copies of the new version run, or which share of them", "20%", form="steps"),
        "duration": Key(
            WHOLE, "seconds before the next step; without it somebody must resume the release", "60", form="count"
        ),
    },
    filled="write weight or replicas",
)
CANARY = Block(
    "`canary` of x-oam",
    {
        "steps": Key(strict.LIST, "the steps of a release", "[{weight: 20, duration: 60}, {weight: 100}]", STEP),
        "routing": Key(
            strict.TEXT,
            "what shares the traffic out; by default the gateway of the service, and without one its copies",
            "ingress",
            words=("ingress", "gateway", "none"),
        ),
    },
    ("steps",),
)
GATEWAY = Block(
    "`gateway` of x-oam",
    {
        "domain": Key(strict.TEXT, "the domain; that of the settings by default", "shop.example.com", form="domain"),
        "paths": Key(
            strict.MAPPING,
            "from path to port of the container",
            "{/: 80}",
            Named(WHOLE, "PATH", form="port", names="path"),
        ),
        "class": Key(strict.TEXT, "the class of the ingress", "nginx", form="name"),
        "tlsSecret": Key(strict.TEXT, "the Secret with the certificate", "shop-tls", form="name"),
        "annotations": Key(
            strict.MAPPING,
            "annotations of the ingress",
            "{example.com/size: 8m}",
            Named(strict.TEXT, "ANNOTATION"),
        ),
    },
)
OPERATION = Block(
    "`json` of x-oam",
    {
        "op": Key(strict.TEXT, "what is done", "remove", words=("add", "remove", "replace", "move", "copy", "test")),
        "path": Key(strict.TEXT, "where, a JSON pointer", "/spec/replicas", form="path"),
        "value": Key(strict.ANY, "what is written", "2"),
        "from": Key(strict.TEXT, "where it comes from", "/spec/replicas", form="path"),
    },
    ("op", "path"),
)
PATCH = Block(
    "`patch` of x-oam",
    {
        "merge": Key(strict.MAPPING, "merged into what the component renders", "{spec: {paused: true}}"),
        "json": Key(strict.LIST, "operations of a JSON patch", "[{op: remove, path: /spec/replicas}]", OPERATION),
    },
)
INPUT = Block(
    "`inputs` of x-oam",
    {
        "from": Key(strict.TEXT, "the name of an output", "address"),
        "parameterKey": Key(strict.TEXT, "the parameter that it fills", "image"),
    },
    ("from",),
)
OUTPUT = Block(
    "`outputs` of x-oam",
    {
        "name": Key(strict.TEXT, "its name", "address"),
        "valueFrom": Key(strict.TEXT, "an expression over what the component rendered", "output.status.podIP"),
    },
    ("name",),
)

PROJECT = Block(
    "`x-oam` of a project",
    {
        "name": Key(strict.TEXT, "the name of the application; that of the project by default", "shop"),
        "namespace": Key(strict.TEXT, "where the application goes; its name by default", "shop", form="label"),
        "labels": Key(strict.MAPPING, "labels of the application", "{team: web}", _LABELS),
        "annotations": Key(
            strict.MAPPING, "annotations of the application", "{note: ours}", Named(strict.TEXT, "ANNOTATION")
        ),
        "defaults": Key(strict.MAPPING, "choices for the whole project, see settings.md", "{liveness: true}", DEFAULTS),
        "components": Key(
            strict.LIST,
            "further components, as the application has them",
            "[{name: extra, type: worker, ...}]",
            PassedOn(("name", "type")),
        ),
        "policies": Key(
            strict.LIST,
            "policies, as the application has them; one of a name that is there takes its place",
            "[{name: here, type: topology, ...}]",
            PassedOn(("type",)),
        ),
        "workflow": Key(
            strict.MAPPING,
            "the workflow, as the application has it; it takes the place of ours",
            "{steps: [...]}",
            PassedOn(),
        ),
        "clusters": Key(
            strict.TEXTS, "the clusters that all goes to, each by a policy `to-CLUSTER`", "[local, edge-1]", form="name"
        ),
        "topology": Key(strict.MAPPING, "where all goes, as one policy `topology`", "{namespace: shop-eu}", TOPOLOGY),
        "overrides": Key(strict.LIST, "what is otherwise where it goes to", "[{service: web, replicas: 1}]", OVERRIDE),
        "environments": Key(
            strict.MAPPING,
            "the environments, in the order of delivery; --env chooses of them",
            "{test: {}, prod: {clusters: [prod], approve: true}}",
            Named(ENVIRONMENT, "NAME", names="label"),
        ),
        "health": Key(strict.MAPPING, "a HealthScope, for the target oam-v1alpha2", "{interval: 30}", HEALTH),
    },
    apart=(
        (("clusters", "topology", "environments"), "each says where it goes"),
        (("overrides", "environments"), "each environment says itself what is otherwise there"),
    ),
)
SERVICE = Block(
    "`x-oam` of a service",
    {
        "name": Key(strict.TEXT, "the name of the component; that of the service by default", "front"),
        "type": Key(strict.TEXT, "the type of the component, if ours is wrong", "webservice", form="words"),
        "component": Key(
            strict.MAPPING,
            "a component in the place of the translation; the service needs no image then",
            "{type: alibaba-redis, properties: {...}}",
            COMPONENT,
        ),
        "as": Key(
            strict.TEXT,
            "what the container runs as, where it is no workload of Kubernetes itself",
            "knative",
            words=("knative", "openfaas"),
        ),
        "properties": Key(
            strict.MAPPING,
            "parameters of the component, laid over ours; lists take the place of ours, null takes away",
            "{labels: {team: web}}",
        ),
        "traits": _TRAITS,
        "patch": Key(strict.MAPPING, "what no trait offers, laid over what is rendered", "{merge: {...}}", PATCH),
        "dependsOn": Key(strict.TEXTS, "further components that must be healthy before", "[extra]"),
        "inputs": Key(strict.LIST, "parameters filled from outputs", "[{from: a, parameterKey: image}]", INPUT),
        "outputs": Key(strict.LIST, "values for others", "[{name: a, valueFrom: output.spec.image}]", OUTPUT),
        "scopes": Key(
            strict.MAPPING,
            "scopes of the component, from type to name",
            "{healthscopes.core.oam.dev: health}",
            Named(strict.TEXT, "TYPE"),
        ),
        "hpa": Key(strict.MAPPING, "scaling by load (HorizontalPodAutoscaler)", "{min: 2, max: 8, cpu: 60}", HPA),
        "keda": Key(strict.MAPPING, "scaling by events (KEDA)", "{max: 5, triggers: [...]}", KEDA),
        "gateway": Key(strict.MAPPING, "a route from outside (Ingress)", "{domain: shop.example.com}", GATEWAY),
        "canary": Key(strict.MAPPING, "releases in steps (kruise-rollout)", "{steps: [{weight: 20}]}", CANARY),
        "schedule": Key(strict.TEXT, "when it starts, as cron has it: it becomes a CronJob", "0 3 * * *", form="cron"),
        "expose": Key(
            strict.TEXT, "how its ports are reached from outside", "loadbalancer", words=CHOICES["expose"].words
        ),
        "liveness": Key(strict.TRUTH, "start it again when its health check fails", "true"),
        "serviceAccount": Key(strict.TEXT, "who its pods are to the cluster", "robot", form="name"),
        "imagePullSecrets": Key(strict.TEXTS, "Secrets with credentials of registries", "[registry]", form="name"),
    },
    apart=(
        (("hpa", "keda"), "both set the number of copies"),
        (("as", "component", "type"), "each says what the service is"),
        (("as", "hpa"), "it scales by itself, with its requests"),
        (("as", "keda"), "it scales by itself, with its requests"),
        (("as", "schedule"), "it runs when it is asked for"),
        (("as", "canary"), "its releases are not those of a workload"),
        (("schedule", "hpa"), "a job is not scaled"),
        (("schedule", "keda"), "a job is not scaled"),
        (("schedule", "canary"), "a job has no releases"),
    ),
)
VOLUME = Block(
    "`x-oam` of a volume",
    {
        "size": Key(strict.TEXT, "how large it is", "20Gi", form="quantity"),
        "storageClass": Key(strict.TEXT, "its storage class", "fast", form="name"),
        "accessModes": Key(
            strict.TEXTS,
            "who may mount it",
            "[ReadWriteMany]",
            words=("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"),
        ),
        "retain": Key(strict.TRUTH, "false: it goes with the application", "false"),
        "prepopulate": Key(strict.TRUTH, "fill it from the image while it is empty", "true"),
    },
)
_OF_FILE = {
    "key": Key(strict.TEXT, "the key that holds the content, of an external one", "app.conf", form="key"),
    "name": Key(strict.TEXT, "the name of the object", "shop-settings", form="name"),
}
NETWORK = Block(
    "`x-oam` of a network",
    {
        "policy": Key(
            strict.TEXT,
            "whether a NetworkPolicy keeps it apart, whatever the settings say",
            "isolate",
            words=("isolate", "open"),
        )
    },
)
MODEL = Block(
    "`x-oam` of a model",
    {
        "endpoint": Key(strict.TEXT, "where it is served", "http://inference:8000/v1", form="address"),
        "component": Key(
            strict.MAPPING, "what serves it; then `endpoint` says at which port", "{type: webservice, ...}", COMPONENT
        ),
    },
    needs=(
        (
            "component",
            "endpoint",
            "a model with a component needs an `endpoint`: nothing else says at which port it is served",
        ),
    ),
)

#: What ``x-oam`` takes, by the scope it stands in.
SCOPES: Mapping[str, Block] = {
    "project": PROJECT,
    "service": SERVICE,
    "volume": VOLUME,
    "config": Block("`x-oam` of a config", _OF_FILE),
    "secret": Block("`x-oam` of a secret", _OF_FILE),
    "network": NETWORK,
    "model": MODEL,
}
