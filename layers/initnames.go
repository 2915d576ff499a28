package layers

// initializers returns those that have a name, in the order of their names.
func initializers() (names []string, inits []Initializer) {
	return []string{"zeros", "glorot", "he", "lecun", "normal", "uniform"},
		[]Initializer{Zeros, Glorot, He, LeCun, Normal(1), Uniform(1)}
}

// InitializerNames returns the names that [InitializerByName] takes.
func InitializerNames() []string {
	names, _ := initializers()
	return names
}

// InitializerByName returns the initialiser of that name, one of
// [InitializerNames] in upper or lower case: zeros, glorot, he and lecun are
// those called so, normal is Normal(1) and uniform is Uniform(1), for [Scaled] to
// scale. The error for another name suggests the nearest and lists all.
func InitializerByName(name string) (Initializer, error) {
	names, inits := initializers()
	i, err := byName("initialiser", name, names)
	if err != nil {
		return nil, err
	}
	return inits[i], nil
}
