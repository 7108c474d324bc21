package jobs

// Statements shows the tests what is really sent to the database.
func (r *Runner) Statements() (probe, claim string, kinds []any) {
	r.freeze()
	return r.probeSQL, r.claimSQL, r.kinds
}
