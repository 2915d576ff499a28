package experiment

import "reflect"

// ParseNetwork is [Parse] for an experiment that may lack its cost, as that of a network
// which is only asked for predictions.
func ParseNetwork(data []byte) (Settings, error) {
	var s Settings
	if err := CheckSyntax(data); err != nil {
		return s, err
	}
	tree, err := Tree(data)
	if err != nil {
		return s, err
	}
	object, _ := tree.(map[string]any)
	_, given := object["cost"]
	if object != nil && !given {
		object["cost"] = map[string]any{"kind": SquaredError} // of any outputs
	}
	if err := s.Take(tree); err != nil {
		return s, err
	}
	if !given {
		s.Cost = Cost{}
	}
	return s, s.CheckNetwork()
}

// CheckNetwork is [Settings.Check] for settings that may lack their cost.
func (s Settings) CheckNetwork() error {
	if reflect.ValueOf(s.Cost).IsZero() {
		s.Cost = Cost{Kind: SquaredError} // of any outputs
	}
	return s.Check()
}
