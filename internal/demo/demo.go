// Package demo fills an empty system with an invented community.
package demo

import (
	"context"
	"io"
)

// Target is what the demo needs of the program.
type Target struct{}

// Fill fills.
func Fill(context.Context, Target, io.Writer) error { return nil }
