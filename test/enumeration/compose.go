package main

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// composer iterates over cases, and builds their objects on demand.
type composer struct {
	slice *Slice
	base  map[string]any
	// alphabets are the shared ones, then those of the object, then those of the old object; letters
	// has the current case's letter of each.
	alphabets []*alphabet
	letters   []int
	// objectAt and oldAt identify objects: cases with the same number have the same object.
	objectAt, oldAt int
	seen            [2]composed
}

type composed struct {
	at     int
	object *unstructured.Unstructured
}

func (s *Slice) composer() (*composer, error) {
	base, err := s.decode(map[string]any{})
	if err != nil {
		return nil, err
	}
	alphabets := append(append(append([]*alphabet{}, s.shared...), s.object...), s.oldObject...)
	return &composer{
		slice: s, base: base, alphabets: alphabets, letters: make([]int, len(alphabets)),
		seen: [2]composed{{at: -1}, {at: -1}},
	}, nil
}

// at moves to a case.
func (c *composer) at(index int) *composer {
	olds, objects := size(c.slice.oldObject), size(c.slice.object)
	sharedAt := index / olds / objects
	c.objectAt, c.oldAt = index/olds, sharedAt*olds+index%olds
	for i := len(c.alphabets) - 1; i >= 0; i-- {
		letters := len(c.alphabets[i].letters)
		c.letters[i] = index % letters
		index /= letters
	}
	return c
}

// next moves to the following case.
func (c *composer) next(index int) {
	for i := len(c.letters) - 1; i >= 0; i-- {
		if c.letters[i]++; c.letters[i] < len(c.alphabets[i].letters) {
			break
		}
		c.letters[i] = 0
	}
	olds := size(c.slice.oldObject)
	c.objectAt, c.oldAt = index/olds, index/olds/size(c.slice.object)*olds+index%olds
}

// objects returns the objects of the case; nil if there is none.
func (c *composer) objects() (object, old *unstructured.Unstructured) {
	shared, own := len(c.slice.shared), len(c.slice.shared)+len(c.slice.object)
	if c.seen[0].at != c.objectAt {
		c.seen[0] = composed{c.objectAt, c.compose(c.letters[:shared], c.letters[shared:own], shared)}
	}
	if len(c.slice.oldObject) == 0 {
		return c.seen[0].object, nil
	}
	if c.seen[1].at != c.oldAt {
		c.seen[1] = composed{c.oldAt, c.compose(c.letters[:shared], c.letters[own:], own)}
	}
	return c.seen[0].object, c.seen[1].object
}

func (c *composer) compose(shared, own []int, offset int) *unstructured.Unstructured {
	var letters []*letter
	for i, at := range shared {
		letters = append(letters, &c.alphabets[i].letters[at])
	}
	for i, at := range own {
		letters = append(letters, &c.alphabets[offset+i].letters[at])
	}
	if len(letters) == 1 {
		if letters[0].absent {
			return nil
		}
		return &unstructured.Unstructured{Object: letters[0].whole}
	}
	object := maps.Clone(c.base)
	metadata, spec := cloned(object["metadata"]), cloned(object["spec"])
	for _, letter := range letters {
		set(metadata, letter.metadata)
		set(spec, letter.spec)
	}
	object["metadata"], object["spec"] = metadata, spec
	return &unstructured.Unstructured{Object: object}
}

func cloned(value any) map[string]any {
	fields, _ := value.(map[string]any)
	if fields == nil {
		return map[string]any{}
	}
	return maps.Clone(fields)
}

func set(fields, values map[string]any) {
	for name, value := range values {
		if value == absent {
			delete(fields, name)
		} else {
			fields[name] = value
		}
	}
}

// place is the position of a part's input in a case.
type place struct {
	known bool
	// The alphabets, and the factor of each one's letter in the choice.
	alphabets, factors []int
	choices            int
	// Whether the part reads the object, and the old object.
	object, old bool
}

// choice numbers the distinct inputs of a part. Letters that the API server reads alike count as
// one.
func (c *composer) choice(of *place) int {
	result := 0
	for i, at := range of.alphabets {
		result += c.alphabets[at].same[c.letters[at]] * of.factors[i]
	}
	return result
}

// placeOf finds the alphabets that decide what a part reads.
func (s *Slice) placeOf(p *part) place {
	result := place{known: true, choices: 1}
	for _, operand := range append(append([]*part{}, p.operands...), p.values...) {
		of := s.placeOf(operand)
		result.object, result.old = result.object || of.object, result.old || of.old
	}
	var position int
	for i, alphabets := range [][]*alphabet{s.shared, s.object, s.oldObject} {
		for _, alphabet := range alphabets {
			for _, read := range p.reads {
				isOld := read.root == "oldObject"
				if i == 1 && isOld || i == 2 && !isOld || !alphabet.sets(read, i > 0 && len(s.shared)+len(alphabets) == 1) {
					continue
				}
				result.alphabets, result.factors = append(result.alphabets, position), append(result.factors, result.choices)
				result.choices *= len(alphabet.letters)
				break
			}
			position++
		}
	}
	for _, read := range p.reads {
		result.object, result.old = result.object || read.root == "object", result.old || read.root == "oldObject"
	}
	return result
}

// sets reports whether the letters differ in that field. Letters of a sole alphabet are whole
// objects.
func (a *alphabet) sets(read field, only bool) bool {
	switch {
	case read.part == presence:
		return slices.ContainsFunc(a.letters, func(each letter) bool { return each.absent })
	case only || read.part == "":
		return true
	case read.name == "":
		return len(a.fields[read.part]) > 0
	default:
		return a.fields[read.part][read.name]
	}
}

// turn identifies the objects that a part reads; negative if it reads both, because caching then
// has no use.
func (c *checker) turn(of *place) int {
	switch {
	case of.object && of.old:
		return -1
	case of.old:
		return c.composer.oldAt
	case of.object:
		return c.composer.objectAt
	default:
		return 0
	}
}
