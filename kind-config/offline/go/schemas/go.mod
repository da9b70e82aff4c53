// Nothing here is compiled: the modules carry the API documents that offline/schemas reads, and go.sum says what is in them.
module stalwart-e2e/offline/schemas

go 1.26.0

require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/prometheus-operator/prometheus-operator v0.85.0
	k8s.io/kubernetes v1.34.4
	sigs.k8s.io/gateway-api v1.6.3
)
