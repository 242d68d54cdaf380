package design

// Pairs returns possible combinations in which every possible pair of variants of two dimensions occurs: most mistakes
// between designs need no more than two to meet. The list is the same every time.
func Pairs() []Set {
	wanted := map[[2]choice]bool{}
	var order [][2]choice
	for i, d := range Dimensions {
		for _, e := range Dimensions[i+1:] {
			for _, v := range d.Variants {
				for _, w := range e.Variants {
					p := [2]choice{{d.Name, v.Name}, {e.Name, w.Name}}
					if complete(p[:]) != nil {
						wanted[p] = true
						order = append(order, p)
					}
				}
			}
		}
	}
	var out []Set
	for _, p := range order {
		if wanted[p] {
			set := grow(p, wanted)
			out = append(out, set)
			for q := range wanted {
				if set[q[0].dim] == q[0].variant && set[q[1].dim] == q[1].variant {
					delete(wanted, q)
				}
			}
		}
	}
	return out
}

// choice is one variant of one dimension.
type choice struct{ dim, variant string }

// grow makes a combination with p that has as many more wanted pairs as can be had one dimension at a time.
func grow(p [2]choice, wanted map[[2]choice]bool) Set {
	fixed := p[:]
	for i, d := range Dimensions {
		if d.Name == p[0].dim || d.Name == p[1].dim {
			continue
		}
		best, most := "", -1
		for _, v := range d.Variants {
			c := choice{d.Name, v.Name}
			if complete(append(fixed[:len(fixed):len(fixed)], c)) == nil {
				continue
			}
			n := 0
			for _, f := range fixed {
				pair := [2]choice{f, c}
				if index(f.dim) > i {
					pair = [2]choice{c, f}
				}
				if wanted[pair] {
					n++
				}
			}
			if n > most {
				best, most = v.Name, n
			}
		}
		fixed = append(fixed[:len(fixed):len(fixed)], choice{d.Name, best})
	}
	return complete(fixed)
}

// complete gives a possible combination with the given choices, nil if there is none.
func complete(fixed []choice) Set {
	var c Choice
	for _, f := range fixed {
		if c.Set(f.dim, f.variant) != nil {
			return nil
		}
	}
	set, err := c.Designs()
	if err != nil {
		return nil
	}
	return set
}

func index(dim string) int {
	for i := range Dimensions {
		if Dimensions[i].Name == dim {
			return i
		}
	}
	return -1
}
