package main

import (
	"strings"
	"testing"
)

func TestOnlyARunWithoutFailureOrSkipIsGood(t *testing.T) {
	pass := `{"Action":"pass","Package":"p","Test":"TestA"}` + "\n"
	for name, c := range map[string]struct {
		in   string
		good bool
		says string
	}{
		"all passed":             {pass + `{"Action":"pass","Package":"p","Elapsed":0.1}`, true, "1 passed, 0 failed, 0 skipped"},
		"one failed":             {pass + `{"Action":"output","Package":"p","Test":"TestB","Output":"b.go:7: no\n"}` + "\n" + `{"Action":"fail","Package":"p","Test":"TestB"}`, false, "b.go:7: no"},
		"one skipped":            {pass + `{"Action":"skip","Package":"p","Test":"TestC"}`, false, "skipped: p TestC"},
		"none ran":               {`{"Action":"skip","Package":"p"}`, false, "no test ran"},
		"did not build":          {pass + `{"Action":"build-output","ImportPath":"p","Output":"x.go:1: bad\n"}` + "\n" + `{"Action":"build-fail","ImportPath":"p"}`, false, "x.go:1: bad"},
		"panicked":               {pass + `{"Action":"output","Package":"p","Test":"TestD","Output":"panic: boom\n"}` + "\n" + `{"Action":"fail","Package":"p"}`, false, "panic: boom"},
		"words from the go tool": {"go: no such module\n" + pass, true, "go: no such module"},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			s := &sum{out: &out, perPackage: map[string]int{}, output: map[key][]string{}}
			if err := s.read(strings.NewReader(c.in)); err != nil {
				t.Fatal(err)
			}
			if good := s.finish(); good != c.good {
				t.Errorf("good = %v, want %v", good, c.good)
			}
			if !strings.Contains(out.String(), c.says) {
				t.Errorf("said %q, want it to contain %q", out.String(), c.says)
			}
		})
	}
}
