package lesson

func backprop() Lesson {
	return Lesson{Name: "backprop", Title: "The six formulas"}
}
