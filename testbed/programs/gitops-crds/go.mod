// Fetches the CRDs of Argo CD and Flux. Nothing is built; go.sum pins the modules that gitops-crds.ts
// names.
module gmsa/tools/gitops-crds

go 1.26.0
