package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/google/cel-go/common/operators"
	celtypes "github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apiserver/pkg/cel/lazy"
)

// id stands for an outcome; equal values have the same id.
type id = int32

const (
	unknown id = iota
	isTrue
	isFalse
)

// ledger has every outcome that occurred in a slice. All workers write to it.
type ledger struct {
	mutex    sync.Mutex
	outcomes []outcome
	ids      map[string]id
	// leaves has a table for each leaf, by its number: the id for each combination of its inputs.
	leaves [][]atomic.Int32
	// evaluated counts the evaluations of leaves.
	evaluated atomic.Int64
}

func newLedger(parts int) *ledger {
	result := &ledger{ids: map[string]id{}, leaves: make([][]atomic.Int32, parts)}
	result.outcomes = []outcome{{}, {value: celtypes.True}, {value: celtypes.False}}
	return result
}

func (l *ledger) get(of id) outcome {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.outcomes[of]
}

func (l *ledger) add(result outcome) id {
	switch {
	case result.err == nil && result.value == celtypes.True:
		return isTrue
	case result.err == nil && result.value == celtypes.False:
		return isFalse
	}
	text := canonical(result)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	known, found := l.ids[text]
	if !found || text == "" {
		known = id(len(l.outcomes))
		l.outcomes = append(l.outcomes, result)
		l.ids[text] = known
	}
	return known
}

// canonical returns the same text for equal values; empty for values without a JSON form.
func canonical(result outcome) string {
	if result.err != nil {
		return "error " + result.err.Error()
	}
	native, err := result.value.ConvertToNative(reflect.TypeFor[*structpb.Value]())
	if err != nil {
		return ""
	}
	text, err := json.Marshal(native.(*structpb.Value).AsInterface())
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %s", result.value.Type().TypeName(), text)
}

type operandIDs [3]id

// remembered caches the results of one part: by the ids of its operands, and for the last object.
type remembered struct {
	byOperands map[operandIDs]id
	at         int
	last       id
}

// of returns the result of a part in the current case.
func (c *checker) of(p *part) id {
	place := &c.places[p.number]
	if !place.known {
		*place = c.slice.placeOf(p)
	}
	at, memory := c.turn(place), &c.memory[p.number]
	if at >= 0 && memory.at == at && memory.last != unknown {
		return memory.last
	}
	memory.at, memory.last = at, c.compute(p, place)
	return memory.last
}

func (c *checker) compute(p *part, place *place) id {
	switch p.operator {
	case "":
		return c.ofLeaf(p, place)
	case operators.LogicalOr:
		return c.logical(p.operands, isTrue)
	case operators.LogicalAnd:
		return c.logical(p.operands, isFalse)
	case operators.Exists:
		return c.exists(p.operands[:len(p.operands)/2], p.operands[len(p.operands)/2:])
	case operators.Conditional:
		switch condition := c.of(p.operands[0]); condition {
		case isTrue:
			return c.of(p.operands[1])
		case isFalse:
			return c.of(p.operands[2])
		default:
			return c.failed(condition)
		}
	}
	var ids operandIDs
	for i, operand := range p.operands {
		ids[i] = c.of(operand)
	}
	return c.once(p, ids, func() outcome { return c.apply(p, ids) })
}

// logical implements || and &&: a deciding operand wins over all others; otherwise a failure
// counts.
func (c *checker) logical(operands []*part, decides id) id {
	result := isTrue + isFalse - decides
	for _, operand := range operands {
		value := c.of(operand)
		if value == decides {
			return decides
		}
		if value > isFalse && result <= isFalse {
			result = c.failed(value)
		}
	}
	return result
}

// exists reports whether an element of any list satisfies the condition, provided that each is a
// list.
func (c *checker) exists(lists, each []*part) id {
	for _, list := range lists {
		value := c.of(list)
		if c.isList[value] {
			continue
		}
		if result := c.ledger.get(value); result.err != nil {
			return value
		} else if _, ok := result.value.(traits.Lister); !ok {
			return c.ledger.add(outcome{err: fmt.Errorf("no such overload: %s + list", result.value.Type().TypeName())})
		}
		c.isList[value] = true
	}
	return c.logical(each, isTrue)
}

// failed returns the failure itself, or that of a value that is not a boolean.
func (c *checker) failed(value id) id {
	result := c.ledger.get(value)
	if result.err != nil {
		return value
	}
	return c.ledger.add(outcome{err: fmt.Errorf("no such overload: %s in place of bool", result.value.Type().TypeName())})
}

func (c *checker) once(p *part, ids operandIDs, compute func() outcome) id {
	memory := &c.memory[p.number]
	if memory.byOperands == nil {
		memory.byOperands = map[operandIDs]id{}
	}
	result, found := memory.byOperands[ids]
	if !found {
		result = c.ledger.add(compute())
		memory.byOperands[ids] = result
	}
	return result
}

// apply does what the interpreter does with evaluated operands.
func (c *checker) apply(p *part, ids operandIDs) outcome {
	var values []ref.Val
	for i := range p.operands {
		operand := c.ledger.get(ids[i])
		if operand.err != nil {
			return operand
		}
		values = append(values, operand.value)
	}
	var result ref.Val
	switch p.operator {
	case operators.Equals:
		result = celtypes.Equal(values[0], values[1])
	case operators.NotEquals:
		result = celtypes.Bool(celtypes.Equal(values[0], values[1]) != celtypes.True)
	case operators.LogicalNot:
		if negated, ok := values[0].(celtypes.Bool); ok {
			result = !negated
		}
	case operators.Add:
		if adder, ok := values[0].(traits.Adder); ok {
			result = adder.Add(values[1])
		}
	}
	if result == nil {
		return outcome{err: fmt.Errorf("no such overload: %s", p.operator)}
	}
	if failure, ok := result.(*celtypes.Err); ok {
		return outcome{err: failure}
	}
	return outcome{value: result}
}

func (c *checker) ofLeaf(p *part, place *place) id {
	evaluateLeaf := func() outcome {
		c.ledger.evaluated.Add(1)
		object, old := c.composer.objects()
		on := &activation{object: content(object), oldObject: content(old), request: c.request}
		variables := lazy.NewMapValue(variablesType)
		for i, name := range p.variables {
			value := c.ledger.get(c.of(p.values[i]))
			variables.Append(name, func(*lazy.MapValue) ref.Val {
				if value.err != nil {
					return celtypes.NewErr("variable %s: %v", name, value.err)
				}
				return value.value
			})
		}
		on.variables = variables
		return evaluate(p.program, on)
	}
	if len(p.variables) > 0 {
		// The key does not cover other inputs.
		if len(p.reads) > 0 {
			return c.ledger.add(evaluateLeaf())
		}
		var ids operandIDs
		for i, value := range p.values {
			ids[i] = c.of(value)
		}
		return c.once(p, ids, evaluateLeaf)
	}
	entry := &c.ledger.leaves[p.number][c.composer.choice(place)]
	known := entry.Load()
	if known == unknown {
		known = c.ledger.add(evaluateLeaf())
		entry.Store(known)
	}
	return known
}
