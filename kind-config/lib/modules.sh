# Which Go module each folder of offline/go/ pins, and at which version. Sourced, not run.
# shellcheck shell=bash

# modules_of NAME: prints modules and their versions, a line for each. Programs of our own have none.
modules_of() {
  case $1 in
    cluster-* | helm-v*)
      (
        take_kubernetes "${1#cluster-}" || take_helm "${1#helm-}" || exit 0
        modules_of "${1%%-v*}"
      )
      ;;
    cluster)
      echo "k8s.io/kubernetes $KUBERNETES_VERSION"
      echo "github.com/coredns/coredns $COREDNS_VERSION"
      echo "go.etcd.io/etcd/server/v3 $ETCD_VERSION"
      echo "github.com/rancher/local-path-provisioner $LOCAL_PATH_VERSION"
      ;;
    containerd) echo "github.com/containerd/containerd/v2 $CONTAINERD_VERSION" ;;
    helm) echo "helm.sh/helm/${HELM_VERSION%%.*} $HELM_VERSION" ;;
    helm-docs) echo "github.com/norwoodj/helm-docs $HELM_DOCS_VERSION" ;;
    kind) echo "sigs.k8s.io/kind $KIND_VERSION" ;;
    kubeconform) echo "github.com/yannh/kubeconform $KUBECONFORM_VERSION" ;;
    actionlint) echo "github.com/rhysd/actionlint $ACTIONLINT_VERSION" ;;
    schemas)
      echo "k8s.io/kubernetes $KUBERNETES_OLDEST_VERSION"
      echo "github.com/cert-manager/cert-manager $CERT_MANAGER_VERSION"
      echo "github.com/prometheus-operator/prometheus-operator $PROMETHEUS_OPERATOR_VERSION"
      echo "sigs.k8s.io/gateway-api $GATEWAY_API_VERSION"
      ;;
  esac
}

# staging_version KUBERNETES: the parts of Kubernetes that are modules of their own carry v0 where the whole carries v1.
staging_version() { printf 'v0.%s\n' "${1#v1.}"; }
