package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

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

// Number of cases that a worker takes at a time.
const portion = 4096

const namespace = "shop"

// checker decides the cases of a slice.
type checker struct {
	slice    *Slice
	hooks    []*hook
	policies []*policy
	request  map[string]any
	composer *composer
	ledger   *ledger
	// Indexed by the number of the part.
	places []place
	memory []remembered
	// isList has the values that are lists.
	isList map[id]bool

	whole    int
	counts   map[string]int
	examples map[string]Example
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

func (s *Slice) checker(shipped *Shipped, ledger *ledger) (*checker, error) {
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
		slice: s, composer: composer, request: request, ledger: ledger,
		places: make([]place, shipped.parts), memory: make([]remembered, shipped.parts),
		isList: map[id]bool{},
		counts: map[string]int{}, examples: map[string]Example{},
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

// leaves returns all leaves of the expressions.
func (c *checker) leaves() []*part {
	var result []*part
	var walk func(parts []*part)
	walk = func(parts []*part) {
		for _, each := range parts {
			if each.operator == "" {
				result = append(result, each)
			}
			walk(each.operands)
			walk(each.values)
		}
	}
	for _, hook := range c.hooks {
		walk(hook.parts)
	}
	for _, policy := range c.policies {
		walk(policy.validationParts)
		walk(policy.messageParts)
	}
	return result
}

// decide writes the verdicts of all cases of the slice, using all cores.
func (s *Slice) decide(shipped *Shipped, verdicts []byte, report *Report) error {
	ledger := newLedger(shipped.parts)
	var checkers []*checker
	for range runtime.NumCPU() {
		checker, err := s.checker(shipped, ledger)
		if err != nil {
			return err
		}
		checkers = append(checkers, checker)
	}
	for _, leaf := range checkers[0].leaves() {
		if of := s.placeOf(leaf); ledger.leaves[leaf.number] == nil {
			ledger.leaves[leaf.number] = make([]atomic.Int32, of.choices)
		}
	}
	portions := make(chan int)
	var workers sync.WaitGroup
	for _, checker := range checkers {
		workers.Go(func() {
			for from := range portions {
				checker.decide(from, verdicts[from:min(from+portion, len(verdicts))], report.wholeEvery)
			}
		})
	}
	for from := 0; from < len(verdicts); from += portion {
		portions <- from
	}
	close(portions)
	workers.Wait()
	summary := SliceReport{Name: s.Name, Cases: len(verdicts), Deciders: checkers[0].deciders()}
	for _, checker := range checkers {
		summary.Whole += checker.whole
		for what, count := range checker.counts {
			report.Violations[what] += count
			known, found := report.Examples[what]
			example := checker.examples[what]
			if !found || known.Slice == example.Slice && example.Case < known.Case {
				report.Examples[what] = example
			}
		}
	}
	report.Evaluated += int(ledger.evaluated.Load())
	report.Witnesses += len(s.Witnesses)
	report.Slices = append(report.Slices, summary)
	return nil
}

// deciders names the bits of a verdict, from the lowest.
func (c *checker) deciders() []string {
	var result []string
	for _, hook := range c.hooks {
		result = append(result, hook.name)
	}
	for _, policy := range c.policies {
		result = append(result, policy.name)
	}
	return result
}

func (c *checker) decide(from int, verdicts []byte, wholeEvery int) {
	c.composer.at(from)
	for i := range verdicts {
		index := from + i
		if i > 0 {
			c.composer.next(index)
		}
		whole := index%wholeEvery == 0
		bit := byte(1)
		for _, hook := range c.hooks {
			result := c.putTogether(hook.parts)
			if c.note("a", hook.name, index, result); result == isTrue {
				verdicts[i] |= bit
			}
			if whole {
				c.checkHook(hook, result, index)
			}
			bit <<= 1
		}
		for _, policy := range c.policies {
			refused, message := c.refusal(policy, index)
			if refused {
				verdicts[i] |= bit
			}
			if whole {
				c.checkPolicy(policy, refused, message, index)
			}
			bit <<= 1
		}
		if whole {
			c.whole++
		}
	}
}

// putTogether returns the result of all conditions of a webhook: true, false, or a failure.
func (c *checker) putTogether(parts []*part) id {
	result, failure := isTrue, unknown
	for _, each := range parts {
		switch value := c.of(each); {
		case value == isFalse:
			result = isFalse
		case value != isTrue && failure == unknown:
			failure = c.failed(value)
		}
	}
	// A failure has no effect if the request is not sent anyway.
	if result == isTrue && failure != unknown {
		return failure
	}
	return result
}

// refusal reports whether a policy refuses the case, and the ids of its messages.
func (c *checker) refusal(policy *policy, index int) (refused bool, messages []id) {
	for i, validation := range policy.validationParts {
		result := c.of(validation)
		if c.note("a", policy.name, index, result); result == isTrue {
			continue
		}
		refused = true
		message := c.of(policy.messageParts[i])
		c.note("a", policy.name, index, message)
		messages = append(messages, message)
	}
	return refused, messages
}

// note counts failures.
func (c *checker) note(what, name string, index int, result id) {
	if result == isTrue || result == isFalse {
		return
	}
	if failure := c.ledger.get(result).err; failure != nil {
		c.violated(what, name, index, failure.Error())
	}
}

func (c *checker) violated(what, name string, index int, detail string) {
	key := what + " " + name
	c.counts[key]++
	if _, found := c.examples[key]; !found {
		object, old := c.composer.objects()
		c.examples[key] = Example{c.slice.Name, index, detail, copied(object), copied(old)}
	}
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

// checkHook lets the API server's matcher decide the same case with the whole conditions.
func (c *checker) checkHook(hook *hook, result id, index int) {
	object, old := c.composer.objects()
	match := hook.matcher.Match(context.Background(), c.versioned(object, old), nil, nil)
	if match.Matches != (result == isTrue) || (match.Error != nil) != (result != isTrue && result != isFalse) {
		c.violated("whole", hook.name, index, fmt.Sprintf("the API server's matcher: %+v", match))
	}
}

// checkPolicy lets the API server's validator decide the same case and write the refusal.
func (c *checker) checkPolicy(policy *policy, refused bool, messages []id, index int) {
	object, old := c.composer.objects()
	attributes := c.versioned(object, old)
	validated := policy.validator.Validate(context.Background(), attributes.GetResource(), attributes, nil,
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, celconfig.RuntimeCELCostBudget, nil)
	denied := 0
	for _, decision := range validated.Decisions {
		if decision.Action != validating.ActionDeny {
			continue
		}
		var message outcome
		if denied < len(messages) {
			message = c.ledger.get(messages[denied])
		}
		denied++
		if text, ok := message.value.(celtypes.String); !ok || decision.Message != strings.TrimSpace(string(text)) {
			c.violated("whole", policy.name, index, fmt.Sprintf("the API server's validator: %+v", decision))
		}
	}
	if (denied > 0) != refused {
		c.violated("whole", policy.name, index, fmt.Sprintf("the API server's validator: %+v", validated.Decisions))
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
