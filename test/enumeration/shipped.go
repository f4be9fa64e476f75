package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"

	celgo "github.com/google/cel-go/cel"
	celtypes "github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/interpreter"
	admissionregistration "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/predicates/rules"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/lazy"
)

// The oldest Kubernetes that is supported must accept the conditions, and the one that the tests run on
// evaluates them.
var oldest = version.MajorMinor(1, 30)

var (
	oldestEnvironment  = environment.MustBaseEnvSet(oldest)
	currentEnvironment = environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion())
)

// hook is one webhook with its conditions.
type hook struct {
	name     string
	mutating bool
	rules    []admissionregistration.RuleWithOperations
	programs []celgo.Program
	matcher  matchconditions.Matcher
}

// policy is a ValidatingAdmissionPolicy.
type policy struct {
	name        string
	rules       []admissionregistration.RuleWithOperations
	variables   []variable
	validations []celgo.Program
	messages    []celgo.Program
	validator   validating.Validator
}

// variable of a policy, and the one thing that its value depends on.
type variable struct {
	name    string
	program celgo.Program
	of      dependency
}

type dependency int

const (
	ofCase dependency = iota
	ofObject
	ofOldObject
)

// Shipped is all that decides whether a request is shown or refused inside the API server.
type Shipped struct {
	hooks    []*hook
	policies []*policy
}

func readShipped(file string) (*Shipped, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	shipped := &Shipped{}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var document runtime.RawExtension
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return shipped, nil
		} else if err != nil {
			return nil, err
		}
		if err := shipped.add(document.Raw); err != nil {
			return nil, err
		}
	}
}

func (s *Shipped) add(document []byte) error {
	var meta metav1.PartialObjectMetadata
	if err := json.Unmarshal(document, &meta); err != nil {
		return err
	}
	switch meta.Kind {
	case "MutatingWebhookConfiguration":
		var configuration admissionregistration.MutatingWebhookConfiguration
		if err := json.Unmarshal(document, &configuration); err != nil {
			return err
		}
		for i := range configuration.Webhooks {
			given := &configuration.Webhooks[i]
			if err := s.addHook(given.Name, true, given.Rules, given.MatchConditions,
				webhook.NewMutatingWebhookAccessor(given.Name, meta.Name, given)); err != nil {
				return err
			}
		}
	case "ValidatingWebhookConfiguration":
		var configuration admissionregistration.ValidatingWebhookConfiguration
		if err := json.Unmarshal(document, &configuration); err != nil {
			return err
		}
		for i := range configuration.Webhooks {
			given := &configuration.Webhooks[i]
			if err := s.addHook(given.Name, false, given.Rules, given.MatchConditions,
				webhook.NewValidatingWebhookAccessor(given.Name, meta.Name, given)); err != nil {
				return err
			}
		}
	case "ValidatingAdmissionPolicy":
		var given admissionregistration.ValidatingAdmissionPolicy
		if err := json.Unmarshal(document, &given); err != nil {
			return err
		}
		return s.addPolicy(&given)
	}
	return nil
}

func (s *Shipped) addHook(name string, mutating bool, rules []admissionregistration.RuleWithOperations,
	conditions []admissionregistration.MatchCondition, accessor webhook.WebhookAccessor) error {
	kind := "validating"
	if mutating {
		kind = "mutating"
	}
	added := &hook{name: fmt.Sprintf("%s (%s)", name, kind), mutating: mutating, rules: rules}
	added.matcher = accessor.GetCompiledMatcher(cel.NewConditionCompiler(currentEnvironment))
	compilers := []compiler{{cel.NewCompiler(oldestEnvironment), environment.NewExpressions},
		{cel.NewCompiler(currentEnvironment), environment.StoredExpressions}}
	for i := range conditions {
		program, err := compile(compilers, (*matchconditions.MatchCondition)(&conditions[i]))
		if err != nil {
			return fmt.Errorf("%s, %s: %w", name, conditions[i].Name, err)
		}
		added.programs = append(added.programs, program)
	}
	s.hooks = append(s.hooks, added)
	return nil
}

// addPolicy compiles as compilePolicy of k8s.io/apiserver/pkg/admission/plugin/policy/validating, which
// is not exported. Match conditions, parameters and audit annotations are not shipped.
func (s *Shipped) addPolicy(given *admissionregistration.ValidatingAdmissionPolicy) error {
	spec := given.Spec
	if len(spec.MatchConditions) > 0 || spec.ParamKind != nil || len(spec.AuditAnnotations) > 0 {
		return fmt.Errorf("%s has match conditions, parameters or audit annotations, which are not evaluated here", given.Name)
	}
	old, err := cel.NewCompositedCompiler(oldestEnvironment)
	if err != nil {
		return err
	}
	current, err := cel.NewCompositedCompiler(currentEnvironment)
	if err != nil {
		return err
	}
	compilers := []compiler{{old, environment.NewExpressions}, {current, environment.StoredExpressions}}
	added := &policy{name: given.Name}
	for _, rule := range spec.MatchConstraints.ResourceRules {
		added.rules = append(added.rules, rule.RuleWithOperations)
	}
	for _, given := range spec.Variables {
		accessor := &validating.Variable{Name: given.Name, Expression: given.Expression}
		if result := old.CompileAndStoreVariable(accessor, options, environment.NewExpressions); result.Error != nil {
			return fmt.Errorf("variable %s in Kubernetes %s: %w", given.Name, oldest, result.Error)
		}
		result := current.CompileAndStoreVariable(accessor, options, environment.StoredExpressions)
		if result.Error != nil {
			return fmt.Errorf("variable %s: %w", given.Name, result.Error)
		}
		added.variables = append(added.variables, variable{given.Name, result.Program, dependencyOf(given.Expression)})
	}
	var validations, messages []cel.ExpressionAccessor
	for _, given := range spec.Validations {
		validation := &validating.ValidationCondition{Expression: given.Expression, Message: given.Message, Reason: given.Reason}
		message := &validating.MessageExpressionCondition{MessageExpression: given.MessageExpression}
		validations, messages = append(validations, validation), append(messages, message)
		for accessor, into := range map[cel.ExpressionAccessor]*[]celgo.Program{
			validation: &added.validations, message: &added.messages,
		} {
			program, err := compile(compilers, accessor)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", added.name, accessor.GetExpression(), err)
			}
			*into = append(*into, program)
		}
	}
	added.validator = validating.NewValidator(
		current.CompileCondition(validations, options, environment.StoredExpressions),
		nil,
		current.CompileCondition(nil, options, environment.StoredExpressions),
		current.CompileCondition(messages, cel.OptionalVariableDeclarations{}, environment.StoredExpressions),
		spec.FailurePolicy, nil)
	s.policies = append(s.policies, added)
	return nil
}

var options = cel.OptionalVariableDeclarations{HasAuthorizer: true}

type compiler struct {
	cel.Compiler
	mode environment.Type
}

// compile compiles with each, and gives the program of the last.
func compile(compilers []compiler, accessor cel.ExpressionAccessor) (celgo.Program, error) {
	var program celgo.Program
	for _, compiler := range compilers {
		result := compiler.CompileCELExpression(accessor, options, compiler.mode)
		if result.Error != nil {
			return nil, result.Error
		}
		program = result.Program
	}
	return program, nil
}

var (
	readsObject    = regexp.MustCompile(`\bobject\b`)
	readsOldObject = regexp.MustCompile(`\boldObject\b`)
	readsMore      = regexp.MustCompile(`\b(request|namespaceObject|authorizer|variables)\b`)
)

func dependencyOf(expression string) dependency {
	object, old := readsObject.MatchString(expression), readsOldObject.MatchString(expression)
	switch {
	case readsMore.MatchString(expression) || object == old:
		return ofCase
	case object:
		return ofObject
	default:
		return ofOldObject
	}
}

// matches is whether the webhook is registered for such a request at all.
func (h *hook) matches(attributes admission.Attributes) bool {
	for _, rule := range h.rules {
		if (&rules.Matcher{Rule: rule, Attr: attributes}).Matches() {
			return true
		}
	}
	return false
}

func (p *policy) matches(attributes admission.Attributes) bool {
	for _, rule := range p.rules {
		if (&rules.Matcher{Rule: rule, Attr: attributes}).Matches() {
			return true
		}
	}
	return false
}

// activation is what the API server gives expressions.
type activation struct {
	object, oldObject, request, variables any
}

func (a *activation) ResolveName(name string) (any, bool) {
	switch name {
	case cel.ObjectVarName:
		return a.object, true
	case cel.OldObjectVarName:
		return a.oldObject, true
	case cel.RequestVarName:
		return a.request, true
	case cel.NamespaceVarName:
		return nil, true
	case cel.VariableVarName:
		return a.variables, true
	default:
		return nil, false
	}
}

func (a *activation) Parent() interpreter.Activation { return nil }

// outcome is what came of an expression: its value or why there is none, and its cost.
type outcome struct {
	value ref.Val
	cost  uint64
	err   error
}

// evaluate runs a program, which ends by itself at the limit for one expression.
func evaluate(program celgo.Program, on *activation) outcome {
	value, details, err := program.ContextEval(context.Background(), on)
	result := outcome{value: value, err: err}
	if details == nil || details.ActualCost() == nil {
		if err == nil {
			result.err = errors.New("the cost is not known")
		}
		return result
	}
	result.cost = *details.ActualCost()
	return result
}

// verdict is what all expressions of a webhook or a policy come to.
type verdict struct {
	// yes: shown to the webhook; refused by the policy.
	yes     bool
	message string
	cost    uint64
	dearest uint64
	err     error
}

func (v *verdict) add(result outcome, budget uint64) {
	v.cost += result.cost
	v.dearest = max(v.dearest, result.cost)
	if result.err != nil && v.err == nil {
		v.err = result.err
	}
	if v.cost > budget && v.err == nil {
		v.err = fmt.Errorf("cost %d is over the budget of %d", v.cost, budget)
	}
}

func (h *hook) evaluate(on *activation) verdict {
	result := verdict{yes: true}
	for _, program := range h.programs {
		each := evaluate(program, on)
		result.add(each, celconfig.RuntimeCELCostBudgetMatchConditions)
		result.yes = result.yes && each.value == celtypes.True
	}
	return result
}

// remember gives the value of a variable of one object, evaluated at most once for each.
type remember func(of dependency, number int, compute func() outcome) outcome

func (p *policy) evaluate(on *activation, memory remember) verdict {
	result := verdict{}
	variables := lazy.NewMapValue(variablesType)
	for i, variable := range p.variables {
		var known *outcome
		variables.Append(variable.name, func(*lazy.MapValue) ref.Val {
			if known == nil {
				value := memory(variable.of, i, func() outcome { return evaluate(variable.program, on) })
				known = &value
				result.add(value, math.MaxUint64)
			}
			if known.err != nil {
				return celtypes.NewErr("variable %s: %v", variable.name, known.err)
			}
			return known.value
		})
	}
	on.variables = variables
	for i, validation := range p.validations {
		each := evaluate(validation, on)
		result.add(each, celconfig.RuntimeCELCostBudget)
		if each.value == celtypes.True {
			continue
		}
		result.yes = true
		message := evaluate(p.messages[i], on)
		result.add(message, celconfig.RuntimeCELCostBudget)
		if text, ok := message.value.(celtypes.String); ok {
			result.message = string(text)
		}
	}
	return result
}

var variablesType = celtypes.NewObjectType("kubernetes.variables")
