package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"

	celtypes "github.com/google/cel-go/common/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	apiruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/authentication/user"

	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// What the rules answered of a case, as world.ts writes it.
const (
	toValidate byte = 1 << iota
	toMutate
	hasGmsa
	warns
)

// Of so many cases one goes through the API server's own matchers as a whole.
const wholeEvery = 499

// Cases that a worker takes at a time.
const portion = 4096

const namespace = "shop"

// findings are what one worker found; they are added up at the end.
type findings struct {
	whole    int
	counts   map[string]int
	examples map[string]Example
}

// checker holds the cases of a slice against the answers.
type checker struct {
	slice    *Slice
	hooks    []*hook
	policies []*policy
	request  map[string]any
	composer *composer
	findings
	memory map[dependency]*remembered
}

// remembered is the values of a policy's variables for the object that was seen last.
type remembered struct {
	at     int
	values map[int]outcome
}

func (s *Slice) attributes(object, old apiruntime.Object) admission.Attributes {
	gvk := s.gvk()
	space := namespace
	if s.Kind == "GMSACredentialSpec" {
		space = ""
	}
	return admission.NewAttributesRecord(object, old, gvk, space, "a",
		gvk.GroupVersion().WithResource(s.Resource), s.Subresource, admission.Operation(s.Operation),
		nil, false, &user.DefaultInfo{Name: "somebody"})
}

func (s *Slice) checker(shipped *Shipped) (*checker, error) {
	composer, err := s.composer()
	if err != nil {
		return nil, err
	}
	attributes := s.attributes(nil, nil)
	request, err := apiruntime.DefaultUnstructuredConverter.ToUnstructured(cel.CreateAdmissionRequest(attributes,
		metav1.GroupVersionResource(attributes.GetResource()), metav1.GroupVersionKind(attributes.GetKind())))
	if err != nil {
		return nil, err
	}
	result := &checker{
		slice: s, composer: composer, request: request,
		findings: findings{counts: map[string]int{}, examples: map[string]Example{}},
		memory:   map[dependency]*remembered{ofObject: {at: -1, values: map[int]outcome{}}, ofOldObject: {at: -1, values: map[int]outcome{}}},
	}
	for _, hook := range shipped.hooks {
		if hook.matches(attributes) {
			result.hooks = append(result.hooks, hook)
		}
	}
	for _, policy := range shipped.policies {
		if policy.matches(attributes) {
			result.policies = append(result.policies, policy)
		}
	}
	if len(result.hooks) == 0 {
		return nil, fmt.Errorf("no webhook is registered for such a request")
	}
	return result, nil
}

// holdAgainst evaluates everything for every case, on all cores.
func (s *Slice) holdAgainst(shipped *Shipped, answers []byte, report *Report) error {
	portions := make(chan int)
	results := make(chan *checker, runtime.NumCPU())
	var workers sync.WaitGroup
	for range runtime.NumCPU() {
		checker, err := s.checker(shipped)
		if err != nil {
			return err
		}
		workers.Add(1)
		go func() {
			defer workers.Done()
			for from := range portions {
				for index := from; index < min(from+portion, len(answers)); index++ {
					checker.check(index, answers[index])
				}
			}
			results <- checker
		}()
	}
	for from := 0; from < len(answers); from += portion {
		portions <- from
	}
	close(portions)
	workers.Wait()
	close(results)
	for checker := range results {
		report.Whole += checker.whole
		for what, count := range checker.counts {
			report.Violations[what] += count
			known, found := report.Examples[what]
			example := checker.examples[what]
			if !found || known.Slice == example.Slice && example.Case < known.Case {
				report.Examples[what] = example
			}
		}
	}
	report.Cases += len(answers)
	report.Slices[s.Name] = len(answers)
	report.Witnesses += len(s.Witnesses)
	return nil
}

func (c *checker) check(index int, answer byte) {
	object, old := c.composer.at(index)
	on := &activation{object: content(object), oldObject: content(old), request: c.request}
	whole := index%wholeEvery == 0
	violated := func(what, name, detail string) {
		key := what + " " + name
		c.counts[key]++
		if _, found := c.examples[key]; !found {
			c.examples[key] = Example{c.slice.Name, index, detail, copied(object), copied(old)}
		}
	}
	for _, hook := range c.hooks {
		result := hook.evaluate(on)
		needed, what := answer&(toValidate|warns) != 0, "b"
		if hook.mutating {
			needed, what = answer&toMutate != 0, "c"
		}
		c.judge(result, hook.name, needed, answer, what, violated)
		if whole {
			c.checkHook(hook, result, object, old, violated)
		}
	}
	for _, policy := range c.policies {
		result := policy.evaluate(on, c.remember)
		c.judge(result, policy.name, answer&toValidate != 0, answer, "e", violated)
		if whole {
			c.checkPolicy(policy, result, object, old, violated)
		}
	}
	if whole {
		c.whole++
	}
}

// judge holds one verdict against the rules' answer.
func (c *checker) judge(result verdict, name string, needed bool, answer byte, missed string,
	violated func(what, name, detail string)) {
	switch {
	case result.err != nil:
		violated("a", name, result.err.Error())
	case needed && !result.yes:
		violated(missed, name, "the rules look at it")
	case result.yes && answer&hasGmsa == 0:
		violated("d", name, "there is no GMSA in it")
	case result.yes && !needed && c.slice.Exact:
		violated("d", name, "there is nothing to look at")
	}
}

// remember keeps what depends on one object alone until that object changes.
func (c *checker) remember(of dependency, number int, compute func() outcome) outcome {
	memory, found := c.memory[of]
	if !found {
		return compute()
	}
	at := c.composer.objectAt
	if of == ofOldObject {
		at = c.composer.oldAt
	}
	if memory.at != at {
		memory.at, memory.values = at, map[int]outcome{}
	}
	value, known := memory.values[number]
	if !known {
		value = compute()
		memory.values[number] = value
	}
	return value
}

func (c *checker) versioned(object, old *unstructured.Unstructured) *admission.VersionedAttributes {
	result := &admission.VersionedAttributes{VersionedKind: c.slice.gvk()}
	// A nil pointer in an interface is not nil.
	if object != nil {
		result.VersionedObject = object
	}
	if old != nil {
		result.VersionedOldObject = old
	}
	result.Attributes = c.slice.attributes(result.VersionedObject, result.VersionedOldObject)
	return result
}

// checkHook has the API server's matcher decide the same case.
func (c *checker) checkHook(hook *hook, result verdict, object, old *unstructured.Unstructured,
	violated func(what, name, detail string)) {
	match := hook.matcher.Match(context.Background(), c.versioned(object, old), nil, nil)
	if match.Matches != (result.yes && result.err == nil) || (result.err == nil && match.Error != nil) {
		violated("whole", hook.name, fmt.Sprintf("the API server's matcher: %+v", match))
	}
}

// checkPolicy has the API server's validator decide the same case, and word the refusal.
func (c *checker) checkPolicy(policy *policy, result verdict, object, old *unstructured.Unstructured,
	violated func(what, name, detail string)) {
	attributes := c.versioned(object, old)
	validated := policy.validator.Validate(context.Background(), attributes.GetResource(), attributes, nil,
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, celconfig.RuntimeCELCostBudget, nil)
	for _, decision := range validated.Decisions {
		denied := decision.Action == validating.ActionDeny
		if denied != (result.yes || result.err != nil) ||
			denied && result.err == nil && decision.Message != strings.TrimSpace(result.message) {
			violated("whole", policy.name, fmt.Sprintf("the API server's validator: %+v", decision))
		}
	}
}

func content(object *unstructured.Unstructured) any {
	if object == nil {
		return celtypes.NullValue
	}
	return object.Object
}

func copied(object *unstructured.Unstructured) map[string]any {
	if object == nil {
		return nil
	}
	return object.DeepCopy().Object
}
