// Command enumeration decides, for every case of a world that world.ts describes, whether the
// rendered installation sends the request to its webhooks and whether its policy refuses it. It
// compiles and evaluates the conditions with the API server's own packages: the same environment,
// compilers and limits.
//
//	enumeration -manifest dist/gmsa.yaml -world world.json -verdicts verdicts
//
// It writes one byte for each case, with one bit for each decider, and prints a Report as JSON.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"
)

// Report is the result of one run.
type Report struct {
	Slices []SliceReport `json:"slices"`
	// Evaluated counts evaluations of parts of expressions, from which all results are combined.
	Evaluated int `json:"evaluated"`
	// Witnesses counts whole objects that were decoded on their own and found equal to the composed
	// ones.
	Witnesses int `json:"witnesses"`
	// Violations counts failures ("a pepr-gmsa.pepr.dev (mutating)"), and cases in which the API
	// server's own matchers, given the whole expressions, decide differently ("whole ...").
	Violations map[string]int `json:"violations"`
	// Examples has the first case of each.
	Examples map[string]Example `json:"examples"`
	Costs    []Cost             `json:"costs,omitempty"`
	Seconds  float64            `json:"seconds"`

	wholeEvery int
}

// SliceReport is the report on one slice.
type SliceReport struct {
	Name  string `json:"name"`
	Cases int    `json:"cases"`
	// Whole counts cases that were also decided by the API server's matchers.
	Whole int `json:"whole"`
	// Deciders names the bits of a verdict, from the lowest: sent to a webhook, refused by a policy.
	Deciders []string `json:"deciders"`
}

// Example is a case that violates a property.
type Example struct {
	Slice     string         `json:"slice"`
	Case      int            `json:"case"`
	Detail    string         `json:"detail"`
	Object    map[string]any `json:"object"`
	OldObject map[string]any `json:"oldObject,omitempty"`
}

func main() {
	manifest := flag.String("manifest", "", "the rendered installation")
	world := flag.String("world", "", "the world, as world.ts writes it")
	verdicts := flag.String("verdicts", "", "where to write the verdicts")
	wholeEvery := flag.Int("whole-every", 3499, "of so many cases one goes through the API server's matchers as well")
	priced := flag.Bool("costs", false, "measure what large Pods cost")
	flag.Parse()
	shipped, err := readShipped(*manifest)
	var report *Report
	if err == nil {
		report, err = run(shipped, *world, *verdicts, *wholeEvery)
	}
	if err == nil && *priced {
		err = report.addCosts(shipped)
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(report)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(shipped *Shipped, worldFile, verdictsFile string, wholeEvery int) (*Report, error) {
	started := time.Now()
	world, err := readWorld(worldFile)
	if err != nil {
		return nil, err
	}
	report := &Report{Violations: map[string]int{}, Examples: map[string]Example{}, wholeEvery: wholeEvery}
	verdicts := make([]byte, world.cases())
	from := 0
	for _, slice := range world.slices {
		if err := slice.decide(shipped, verdicts[from:from+slice.cases()], report); err != nil {
			return nil, fmt.Errorf("%s: %w", slice.Name, err)
		}
		from += slice.cases()
	}
	report.Seconds = time.Since(started).Seconds()
	return report, os.WriteFile(verdictsFile, verdicts, 0o600)
}
