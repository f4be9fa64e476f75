package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	celgo "github.com/google/cel-go/cel"
	admissionregistration "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/cel/environment"
)

// The oldest supported Kubernetes must accept the conditions; the version of the tests evaluates
// them.
var oldest = version.MajorMinor(1, 30)

var (
	oldestEnvironment  = environment.MustBaseEnvSet(oldest)
	currentEnvironment = environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion())
)

// hook is one webhook with its conditions.
type hook struct {
	name     string
	rules    []admissionregistration.RuleWithOperations
	programs []celgo.Program
	parts    []*part
	matcher  matchconditions.Matcher
}

// policy is a ValidatingAdmissionPolicy.
type policy struct {
	name        string
	rules       []admissionregistration.RuleWithOperations
	variables   []variable
	validations []celgo.Program
	messages    []celgo.Program
	// The validations and messages, split into parts.
	validationParts, messageParts []*part
	validator                     validating.Validator
}

type variable struct {
	name    string
	program celgo.Program
}

// Shipped has all objects that decide inside the API server whether a request is sent or refused.
type Shipped struct {
	hooks    []*hook
	policies []*policy
	// parts counts the parts of all expressions.
	parts int
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
	added := &hook{name: fmt.Sprintf("%s (%s)", name, kind), rules: rules}
	added.matcher = accessor.GetCompiledMatcher(cel.NewConditionCompiler(currentEnvironment))
	compilers := []compiler{{cel.NewCompiler(oldestEnvironment), environment.NewExpressions},
		{cel.NewCompiler(currentEnvironment), environment.StoredExpressions}}
	for i := range conditions {
		program, err := compile(compilers, (*matchconditions.MatchCondition)(&conditions[i]))
		if err != nil {
			return fmt.Errorf("%s, %s: %w", name, conditions[i].Name, err)
		}
		added.programs = append(added.programs, program)
		taken, err := s.takeApart(conditions[i].Expression, compilers[1], nil)
		if err != nil {
			return fmt.Errorf("%s, %s: %w", name, conditions[i].Name, err)
		}
		added.parts = append(added.parts, taken)
	}
	s.hooks = append(s.hooks, added)
	return nil
}

// addPolicy compiles like compilePolicy of k8s.io/apiserver/pkg/admission/plugin/policy/validating,
// which is not exported. The shipped policies do not have match conditions, parameters and audit
// annotations.
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
	parts := map[string]*part{}
	for _, given := range spec.Variables {
		accessor := &validating.Variable{Name: given.Name, Expression: given.Expression}
		if result := old.CompileAndStoreVariable(accessor, options, environment.NewExpressions); result.Error != nil {
			return fmt.Errorf("variable %s in Kubernetes %s: %w", given.Name, oldest, result.Error)
		}
		result := current.CompileAndStoreVariable(accessor, options, environment.StoredExpressions)
		if result.Error != nil {
			return fmt.Errorf("variable %s: %w", given.Name, result.Error)
		}
		added.variables = append(added.variables, variable{given.Name, result.Program})
		if parts[given.Name], err = s.takeApart(given.Expression, compilers[1], parts); err != nil {
			return fmt.Errorf("variable %s: %w", given.Name, err)
		}
	}
	var validations, messages []cel.ExpressionAccessor
	for _, given := range spec.Validations {
		validation := &validating.ValidationCondition{Expression: given.Expression, Message: given.Message, Reason: given.Reason}
		message := &validating.MessageExpressionCondition{MessageExpression: messageOf(&given)}
		validations, messages = append(validations, validation), append(messages, message)
		for _, each := range []struct {
			accessor cel.ExpressionAccessor
			programs *[]celgo.Program
			parts    *[]*part
		}{{validation, &added.validations, &added.validationParts}, {message, &added.messages, &added.messageParts}} {
			program, err := compile(compilers, each.accessor)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", added.name, each.accessor.GetExpression(), err)
			}
			taken, err := s.takeApart(each.accessor.GetExpression(), compilers[1], parts)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", added.name, each.accessor.GetExpression(), err)
			}
			*each.programs, *each.parts = append(*each.programs, program), append(*each.parts, taken)
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

// messageOf returns an expression even if the message is a text.
func messageOf(given *admissionregistration.Validation) string {
	if given.MessageExpression == "" {
		return strconv.Quote(given.Message)
	}
	return given.MessageExpression
}

var options = cel.OptionalVariableDeclarations{HasAuthorizer: true}

type compiler struct {
	cel.Compiler
	mode environment.Type
}

// compile compiles with each compiler, and returns the program of the last one.
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
