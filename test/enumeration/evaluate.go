package main

import (
	"context"
	"errors"
	"fmt"
	"math"

	celgo "github.com/google/cel-go/cel"
	celtypes "github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/interpreter"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/predicates/rules"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/lazy"
)

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

func (p *policy) evaluate(on *activation) verdict {
	result := verdict{}
	variables := lazy.NewMapValue(variablesType)
	for _, variable := range p.variables {
		// The API server evaluates each once, when it is read first.
		variables.Append(variable.name, func(*lazy.MapValue) ref.Val {
			value := evaluate(variable.program, on)
			result.add(value, math.MaxUint64)
			if value.err != nil {
				return celtypes.NewErr("variable %s: %v", variable.name, value.err)
			}
			return value.value
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
