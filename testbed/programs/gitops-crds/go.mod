// Fetches the CRDs of Argo CD and Flux. Nothing is built of it; go.sum pins what gitops-crds.ts names.
module gmsa/tools/gitops-crds

go 1.26.0
