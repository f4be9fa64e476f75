package main

import (
	"fmt"
	"sort"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Cost is the cost of a webhook's conditions, or of a policy, for the most expensive Pod with this
// many containers.
type Cost struct {
	Name string `json:"name"`
	// Of1000 is the cost for 1,000 containers, and Dearest that of its most expensive expression.
	Of1000  uint64 `json:"of1000"`
	Dearest uint64 `json:"dearest"`
	// Most is the largest tested number of containers within all limits; 1,000 is doubled until
	// mostContainers.
	Most int `json:"most"`
}

// More than real Pods have; evaluation time grows faster than the cost.
const mostContainers = 4000

// addCosts measures the most expensive requests: for a new Pod, every container is checked and none
// has GMSA; for an update, each has a name and contents, which are unchanged and compared.
func (r *Report) addCosts(shipped *Shipped) error {
	pods := Slice{Name: "large Pods", APIVersion: "v1", Kind: "Pod", Resource: "pods"}
	ephemeral, deployments := pods, pods
	ephemeral.Subresource = "ephemeralcontainers"
	deployments.APIVersion, deployments.Kind, deployments.Resource = "apps/v1", "Deployment", "deployments"
	var slices []*Slice
	for _, kind := range []Slice{pods, ephemeral, deployments} {
		for _, operation := range []string{"CREATE", "UPDATE"} {
			slice := kind
			slice.Operation = operation
			// Subresources do not create Pods.
			if slice.Subresource == "" || operation == "UPDATE" {
				slices = append(slices, &slice)
			}
		}
	}
	all := map[string]Cost{}
	for _, slice := range slices {
		checker, err := slice.checker(shipped, nil)
		if err != nil {
			return err
		}
		for name, priceOf := range checker.prices() {
			of1000 := priceOf(checker.activationOf(1000))
			if of1000.err != nil {
				r.Violations["f "+name]++
				r.Examples["f "+name] = Example{Slice: slice.Name, Detail: fmt.Sprintf("%s of 1000 containers: %v", slice.Operation, of1000.err)}
				continue
			}
			most := 1000
			for most < mostContainers && priceOf(checker.activationOf(2*most)).err == nil {
				most *= 2
			}
			known, found := all[name]
			if !found || of1000.cost > known.Of1000 {
				known = Cost{Name: name, Of1000: of1000.cost, Dearest: of1000.dearest, Most: known.Most}
			}
			if !found || most < known.Most {
				known.Most = most
			}
			all[name] = known
		}
	}
	for _, cost := range all {
		r.Costs = append(r.Costs, cost)
	}
	sort.Slice(r.Costs, func(i, j int) bool { return r.Costs[i].Name < r.Costs[j].Name })
	return nil
}

func (c *checker) prices() map[string]func(*activation) price {
	result := map[string]func(*activation) price{}
	for _, hook := range c.hooks {
		result[hook.name] = hook.price
	}
	for _, policy := range c.policies {
		result[policy.name] = policy.price
	}
	return result
}

func (c *checker) activationOf(containers int) *activation {
	on := &activation{object: content(c.slice.podOf(containers)), oldObject: content(nil), request: c.request}
	if c.slice.Operation == "UPDATE" {
		on.oldObject = content(c.slice.podOf(containers))
	}
	return on
}

func (s *Slice) podOf(containers int) *unstructured.Unstructured {
	options := map[string]any{"gmsaCredentialSpecName": "webapp1", "gmsaCredentialSpec": "{}"}
	if s.Operation == "CREATE" {
		options = map[string]any{"gmsaCredentialSpecName": "", "gmsaCredentialSpec": ""}
	}
	list := make([]any, containers)
	for i := range list {
		list[i] = map[string]any{
			"name":            fmt.Sprintf("container-%d", i),
			"securityContext": map[string]any{"windowsOptions": options},
		}
	}
	spec := map[string]any{"containers": list}
	if s.Kind == "Deployment" {
		spec = map[string]any{"template": map[string]any{"spec": spec}}
	}
	return &unstructured.Unstructured{Object: map[string]any{
		"metadata": map[string]any{"annotations": map[string]any{}}, "spec": spec,
	}}
}
