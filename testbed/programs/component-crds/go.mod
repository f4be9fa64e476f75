// The source of other projects' CRDs, for the components that create objects of these kinds. Nothing is
// built: `go mod download` fetches and verifies the sources, CRDs included.
module componentcrds

go 1.26.0

require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
