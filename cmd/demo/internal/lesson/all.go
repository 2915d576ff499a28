package lesson

// All returns the lessons in the order in which they teach.
func All() []Lesson {
	return []Lesson{
		representation(),
		oneExample(),
		vectorise(),
		activations(),
		tanhOrSigmoid(),
		chooseActivation(),
		linear(),
		backprop(),
		gradientDescent(),
		symmetry(),
		initScale(),
		hiddenUnits(),
		deadReLU(),
		errata(),
	}
}
