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

// matches reports whether the webhook is registered for such a request at all.
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

// activation holds the variables that the API server passes to expressions.
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

// outcome is the result of an expression: its value or its error, and its cost.
type outcome struct {
	value ref.Val
	cost  uint64
	err   error
}

// evaluate runs a program, which stops at the cost limit for one expression.
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

// price is the total cost of all expressions of a webhook or a policy.
type price struct {
	cost    uint64
	dearest uint64
	err     error
}

func (p *price) add(result outcome, budget uint64) {
	p.cost += result.cost
	p.dearest = max(p.dearest, result.cost)
	if result.err != nil && p.err == nil {
		p.err = result.err
	}
	if p.cost > budget && p.err == nil {
		p.err = fmt.Errorf("cost %d is over the budget of %d", p.cost, budget)
	}
}

func (h *hook) price(on *activation) price {
	var result price
	for _, program := range h.programs {
		result.add(evaluate(program, on), celconfig.RuntimeCELCostBudgetMatchConditions)
	}
	return result
}

func (p *policy) price(on *activation) price {
	var result price
	variables := lazy.NewMapValue(variablesType)
	for _, variable := range p.variables {
		// The API server evaluates each variable once, at its first use.
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
		if each.value != celtypes.True {
			result.add(evaluate(p.messages[i], on), celconfig.RuntimeCELCostBudget)
		}
	}
	return result
}

var variablesType = celtypes.NewObjectType("kubernetes.variables")
