package app

import (
	"context"
	"io"

	"guanjia/internal/demo"
)

// FillDemo makes the demo.
func (a *App) FillDemo(ctx context.Context, out io.Writer, fill func(context.Context, demo.Target, io.Writer) error) error {
	return fill(ctx, demo.Target{}, out)
}
