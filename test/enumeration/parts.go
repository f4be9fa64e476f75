package main

import (
	"fmt"
	"slices"

	celgo "github.com/google/cel-go/cel"
	"github.com/google/cel-go/common"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/parser"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
)

// A part is an operator over other parts, or an expression without operators that can be split: a
// leaf. A leaf is evaluated once for each combination of the fields that it reads, not for each
// case.
type part struct {
	number   int
	operator string
	operands []*part

	// Set for leaves only.
	source    string
	program   celgo.Program
	reads     []field
	variables []string
	// values are the parts of these variables' values.
	values []*part
}

// field is a field of a part of an object, such as containers of spec. Without a name it is the
// part as a whole, without a part the object as a whole.
type field struct {
	root, part, name string
}

// Whether the object exists at all.
const presence = "presence"

// The operators that are split. All of these except the conditional are commutative, and each
// operand fails or succeeds independently.
var operatorsApart = []string{
	operators.LogicalOr, operators.LogicalAnd, operators.LogicalNot, operators.Conditional,
	operators.Equals, operators.NotEquals, operators.Add,
}

// Without macros, those are ordinary calls, whose operands can be parsed and printed unchanged.
var withoutMacros = func() *parser.Parser {
	result, err := parser.NewParser(parser.EnableOptionalSyntax(true), parser.Macros())
	if err != nil {
		panic(err)
	}
	return result
}()

// anyExpression is an expression of any result type.
type anyExpression string

func (e anyExpression) GetExpression() string      { return string(e) }
func (e anyExpression) ReturnTypes() []*celgo.Type { return []*celgo.Type{celgo.AnyType} }

// takeApart compiles the leaves of an expression, each as the API server compiles the whole.
func (s *Shipped) takeApart(expression string, with compiler, variables map[string]*part) (*part, error) {
	parsed, issues := withoutMacros.Parse(common.NewTextSource(expression))
	if len(issues.GetErrors()) > 0 {
		return nil, fmt.Errorf("%s", issues.ToDisplayString())
	}
	return s.split(parsed.Expr(), with, variables)
}

func (s *Shipped) split(expression ast.Expr, with compiler, variables map[string]*part) (*part, error) {
	if name, ok := variableOf(expression); ok {
		if variables[name] == nil {
			return nil, fmt.Errorf("there is no variable %s", name)
		}
		return variables[name], nil
	}
	result := &part{number: s.parts}
	s.parts++
	if expression.Kind() == ast.CallKind && slices.Contains(operatorsApart, expression.AsCall().FunctionName()) &&
		!comparesWithNull(expression) {
		result.operator = expression.AsCall().FunctionName()
		for _, operand := range expression.AsCall().Args() {
			each, err := s.split(operand, with, variables)
			if err != nil {
				return nil, err
			}
			result.operands = append(result.operands, each)
		}
		return result, nil
	}
	if lists := summed(expression); len(lists) > 1 {
		return result, s.splitExists(result, expression.AsCall(), lists, with, variables)
	}
	source, err := parser.Unparse(expression, ast.NewSourceInfo(nil))
	if err != nil {
		return nil, err
	}
	result.source = source
	if result.program, err = compile([]compiler{with}, anyExpression(source)); err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	result.read(expression)
	for _, name := range result.variables {
		if variables[name] == nil {
			return nil, fmt.Errorf("there is no variable %s", name)
		}
		result.values = append(result.values, variables[name])
	}
	if len(result.values) > len(operandIDs{}) {
		return nil, fmt.Errorf("%s reads more than %d variables", source, len(operandIDs{}))
	}
	return result, nil
}

// summed returns the lists of `(a + b).exists(x, …)`.
func summed(expression ast.Expr) []ast.Expr {
	if expression.Kind() != ast.CallKind || !expression.AsCall().IsMemberFunction() ||
		expression.AsCall().FunctionName() != operators.Exists {
		return nil
	}
	var lists []ast.Expr
	var add func(sum ast.Expr)
	add = func(sum ast.Expr) {
		if sum.Kind() == ast.CallKind && sum.AsCall().FunctionName() == operators.Add {
			add(sum.AsCall().Args()[0])
			add(sum.AsCall().Args()[1])
			return
		}
		lists = append(lists, sum)
	}
	add(expression.AsCall().Target())
	return lists
}

// splitExists evaluates exists on each list separately. The lists are operands too: a sum fails if
// one of them does.
func (s *Shipped) splitExists(into *part, call ast.CallExpr, lists []ast.Expr, with compiler, variables map[string]*part) error {
	into.operator = operators.Exists
	all := slices.Clone(lists)
	for _, list := range lists {
		all = append(all, ast.NewExprFactory().NewMemberCall(0, call.FunctionName(), list, call.Args()...))
	}
	for _, each := range all {
		operand, err := s.split(each, with, variables)
		if err != nil {
			return err
		}
		into.operands = append(into.operands, operand)
	}
	return nil
}

// read records every field of an object that the expression can read.
func (p *part) read(expression ast.Expr) {
	if name, ok := variableOf(expression); ok {
		if !slices.Contains(p.variables, name) {
			p.variables = append(p.variables, name)
		}
		return
	}
	if root, ok := comparedWithNull(expression); ok {
		p.note(field{root: root, part: presence})
		return
	}
	if root, names := chain(expression); root != "" {
		read := field{root: root}
		if len(names) > 0 {
			read.part = names[0]
		}
		if len(names) > 1 {
			read.name = names[1]
		}
		p.note(read)
		return
	}
	for _, child := range children(expression) {
		p.read(child)
	}
}

func (p *part) note(read field) {
	if !slices.Contains(p.reads, read) {
		p.reads = append(p.reads, read)
	}
}

// chain returns the object that an expression selects from, and the selected fields.
func chain(expression ast.Expr) (root string, names []string) {
	switch expression.Kind() {
	case ast.IdentKind:
		if name := expression.AsIdent(); name == cel.ObjectVarName || name == cel.OldObjectVarName {
			return name, nil
		}
	case ast.SelectKind:
		selected := expression.AsSelect()
		if root, names = chain(selected.Operand()); root != "" {
			return root, append(names, selected.FieldName())
		}
	case ast.CallKind:
		call := expression.AsCall()
		if call.FunctionName() != operators.OptSelect {
			break
		}
		if root, names = chain(call.Args()[0]); root != "" {
			return root, append(names, fmt.Sprint(call.Args()[1].AsLiteral().Value()))
		}
	}
	return "", nil
}

func variableOf(expression ast.Expr) (string, bool) {
	if expression.Kind() != ast.SelectKind {
		return "", false
	}
	selected := expression.AsSelect()
	operand := selected.Operand()
	return selected.FieldName(), operand.Kind() == ast.IdentKind && operand.AsIdent() == cel.VariableVarName
}

func comparesWithNull(expression ast.Expr) bool {
	_, ok := comparedWithNull(expression)
	return ok
}

// comparedWithNull returns the object of `object == null`, which does not depend on the object's
// fields.
func comparedWithNull(expression ast.Expr) (string, bool) {
	if expression.Kind() != ast.CallKind || expression.AsCall().FunctionName() != operators.Equals {
		return "", false
	}
	operands := expression.AsCall().Args()
	root, names := chain(operands[0])
	return root, root != "" && len(names) == 0 && operands[1].Kind() == ast.LiteralKind &&
		operands[1].AsLiteral().Type() == celgo.NullType
}

func children(expression ast.Expr) []ast.Expr {
	switch expression.Kind() {
	case ast.CallKind:
		call := expression.AsCall()
		if call.IsMemberFunction() {
			return append([]ast.Expr{call.Target()}, call.Args()...)
		}
		return call.Args()
	case ast.ListKind:
		return expression.AsList().Elements()
	case ast.SelectKind:
		return []ast.Expr{expression.AsSelect().Operand()}
	case ast.MapKind:
		var result []ast.Expr
		for _, entry := range expression.AsMap().Entries() {
			result = append(result, entry.AsMapEntry().Key(), entry.AsMapEntry().Value())
		}
		return result
	default:
		return nil
	}
}
