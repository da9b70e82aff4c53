# Which Go module each folder of offline/go/ pins, and at which version. Sourced, not run.
# shellcheck shell=bash

# module_of NAME: prints the module and its version.
module_of() {
  case $1 in
    containerd) echo "github.com/containerd/containerd/v2 $CONTAINERD_VERSION" ;;
    coredns) echo "github.com/coredns/coredns $COREDNS_VERSION" ;;
    etcd) echo "go.etcd.io/etcd/server/v3 $ETCD_VERSION" ;;
    helm) echo "helm.sh/helm/v3 $HELM_VERSION" ;;
    kind) echo "sigs.k8s.io/kind $KIND_VERSION" ;;
    kubernetes) echo "k8s.io/kubernetes $KUBERNETES_VERSION" ;;
    local-path-provisioner) echo "github.com/rancher/local-path-provisioner $LOCAL_PATH_VERSION" ;;
    *) return 1 ;; # a program of our own, with no module behind it
  esac
}

# The parts of Kubernetes that are modules of their own carry v0 where the whole carries v1.
staging_version() { printf 'v0.%s\n' "${KUBERNETES_VERSION#v1.}"; }
