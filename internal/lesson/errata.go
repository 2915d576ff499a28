package lesson

func errata() Lesson {
	return Lesson{Name: "errata", Title: "Slips in notes"}
}
