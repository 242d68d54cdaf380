package main

import "fmt"

type Log struct{ lines []string }

func (l *Log) Add[T any](v ...T) *Log {
	for _, x := range v {
		l.lines = append(l.lines, fmt.Sprintf("%T=%v", x, x))
	}
	return l
}

func main() {
	var l Log
	l.Add(1, 2).Add("a").Add[any](nil, 3.5, 'x').Add[error]()
	fmt.Println(len(l.lines), l.lines)
}
