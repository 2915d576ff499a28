package main

import (
	"fmt"
	"os"

	"chainrule/cmd/demo/internal/lesson/page"
	"chainrule/internal/files"
	"chainrule/internal/kernel"
)

// compare tells how the directory of --check differs from what would be
// written.
func (r *lessonRun) compare(drawn []*page.Drawn) error {
	pages, err := page.All(drawn)
	if err != nil {
		return err
	}
	c := page.Comparison{Measured: kernel.Vectorised()}
	differences, err := c.Differences(os.DirFS(r.check), pages, drawn)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", r.check, files.Reason(err))
	}
	r.out.Print("\n")
	if !c.Measured {
		r.out.Text("Sums and functions are computed without AVX2 here and round in another way than where the " +
			"lessons were written: only settings and claims are compared.")
	}
	for _, d := range differences {
		r.out.Print(d + "\n")
	}
	if len(differences) > 0 {
		return fmt.Errorf("%s is not current: run 'demo lesson all --out %s'", r.check, r.check)
	}
	r.out.Printf("%s is current, apart from times.\n", r.check)
	return nil
}
