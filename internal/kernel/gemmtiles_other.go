//go:build !amd64 || purego

package kernel

func (j *job[T]) runTiles([]T, Sink[T]) { panic("kernel: no vector instructions") }

func (j *job[T]) runDots([]T, Sink[T]) { panic("kernel: no vector instructions") }

func (p *Product[T]) direct(Part, []T, int) bool { return false }

func (b *Panels[T]) tiles(int, []T, []T) { panic("kernel: no vector instructions") }

func (r *Runs[T]) tiles(int, int, []T, []T, []T, int) { panic("kernel: no vector instructions") }
