// Command long has a function of 200 lines, for the page that shows a function's compilation.
package main

import "fmt"

type op byte

const (
	opPush op = iota
	opDup
	opDrop
	opSwap
	opJump
	opJumpZero
	opLoad
	opStore
	opDiv
	opShift
	opCount
	opPrint
	opHalt
	opAdd
	opSub
	opMul
	opAnd
	opOr
	opXor
	opLess
	opEq
	opMin
	opMax
)

type instruction struct {
	op  op
	arg int
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// interpret runs a program on a stack machine.
func interpret(code []instruction, memory []int, limit int) (steps int, err error) {
	var stack []int
	seen := map[op]int{}
	for pc := 0; pc < len(code); pc++ {
		if steps++; steps > limit {
			return steps, fmt.Errorf("no end after %d steps", limit)
		}
		in := code[pc]
		seen[in.op]++
		switch in.op {
		case opPush:
			stack = append(stack, in.arg)
		case opDup:
			if len(stack) == 0 {
				return steps, fmt.Errorf("%d: the stack is empty", pc)
			}
			stack = append(stack, stack[len(stack)-1])
		case opDrop:
			if len(stack) == 0 {
				return steps, fmt.Errorf("%d: the stack is empty", pc)
			}
			stack = stack[:len(stack)-1]
		case opSwap:
			n := len(stack)
			if n < 2 {
				return steps, fmt.Errorf("%d: the stack is too small", pc)
			}
			stack[n-1], stack[n-2] = stack[n-2], stack[n-1]
		case opJump:
			if in.arg < 0 || in.arg >= len(code) {
				return steps, fmt.Errorf("%d: no instruction %d", pc, in.arg)
			}
			pc = in.arg - 1
		case opJumpZero:
			if in.arg < 0 || in.arg >= len(code) {
				return steps, fmt.Errorf("%d: no instruction %d", pc, in.arg)
			}
			if len(stack) == 0 {
				return steps, fmt.Errorf("%d: the stack is empty", pc)
			}
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if top == 0 {
				pc = in.arg - 1
			}
		case opLoad:
			if in.arg < 0 || in.arg >= len(memory) {
				return steps, fmt.Errorf("%d: no cell %d", pc, in.arg)
			}
			stack = append(stack, memory[in.arg])
		case opStore:
			if in.arg < 0 || in.arg >= len(memory) {
				return steps, fmt.Errorf("%d: no cell %d", pc, in.arg)
			}
			if len(stack) == 0 {
				return steps, fmt.Errorf("%d: the stack is empty", pc)
			}
			memory[in.arg] = stack[len(stack)-1]
			stack = stack[:len(stack)-1]
		case opDiv:
			n := len(stack)
			if n < 2 {
				return steps, fmt.Errorf("%d: the stack is too small", pc)
			}
			if stack[n-1] == 0 {
				return steps, fmt.Errorf("%d: division by zero", pc)
			}
			stack[n-2] /= stack[n-1]
			stack = stack[:n-1]
		case opShift:
			n := len(stack)
			if n < 2 {
				return steps, fmt.Errorf("%d: the stack is too small", pc)
			}
			by := stack[n-1]
			if by < 0 || by > 63 {
				return steps, fmt.Errorf("%d: shift by %d", pc, by)
			}
			stack[n-2] <<= by
			stack = stack[:n-1]
		case opCount:
			total := 0
			for _, times := range seen {
				total += times
			}
			stack = append(stack, total)
		case opPrint:
			for i, v := range stack {
				if i > 0 {
					fmt.Print(" ")
				}
				fmt.Print(v)
			}
			fmt.Println()
		case opHalt:
			return steps, nil
		case opAdd:
			n := len(stack)
			if n < 2 {
				return steps, fmt.Errorf("%d: add needs two operands", pc)
			}
			a, b := stack[n-2], stack[n-1]
			stack[n-2] = a + b
			stack = stack[:n-1]
		case opSub:
			n := len(stack)
			if n < 2 {
				return steps, fmt.Errorf("%d: sub needs two operands", pc)
			}
			a, b := stack[n-2], stack[n-1]
			stack[n-2] = a - b
			stack = stack[:n-1]
		case opMul:
			n := len(stack)
			if n < 2 {
				return steps, fmt.Errorf("%d: mul needs two operands", pc)
			}
			a, b := stack[n-2], stack[n-1]
			stack[n-2] = a * b
			stack = stack[:n-1]
		case opAnd:
			n := len(stack)
			if n < 2 {
				return steps, fmt.Errorf("%d: and needs two operands", pc)
			}
			a, b := stack[n-2], stack[n-1]
			stack[n-2] = a & b
			stack = stack[:n-1]
		case opOr:
			n := len(stack)
			if n < 2 {
				return steps, fmt.Errorf("%d: or needs two operands", pc)
			}
			a, b := stack[n-2], stack[n-1]
			stack[n-2] = a | b
			stack = stack[:n-1]
		case opXor:
			n := len(stack)
			if n < 2 {
				return steps, fmt.Errorf("%d: xor needs two operands", pc)
			}
			a, b := stack[n-2], stack[n-1]
			stack[n-2] = a ^ b
			stack = stack[:n-1]
		case opLess:
			n := len(stack)
			if n < 2 {
				return steps, fmt.Errorf("%d: less needs two operands", pc)
			}
			a, b := stack[n-2], stack[n-1]
			stack[n-2] = btoi(a < b)
			stack = stack[:n-1]
		case opEq:
			n := len(stack)
			if n < 2 {
				return steps, fmt.Errorf("%d: eq needs two operands", pc)
			}
			a, b := stack[n-2], stack[n-1]
			stack[n-2] = btoi(a == b)
			stack = stack[:n-1]
		case opMin:
			n := len(stack)
			if n < 2 {
				return steps, fmt.Errorf("%d: min needs two operands", pc)
			}
			a, b := stack[n-2], stack[n-1]
			stack[n-2] = min(a, b)
			stack = stack[:n-1]
		case opMax:
			n := len(stack)
			if n < 2 {
				return steps, fmt.Errorf("%d: max needs two operands", pc)
			}
			a, b := stack[n-2], stack[n-1]
			stack[n-2] = max(a, b)
			stack = stack[:n-1]
		default:
			return steps, fmt.Errorf("%d: unknown instruction %d", pc, in.op)
		}
		switch {
		case len(memory) == 0:
			// programs without memory are never traced
		case memory[0] < 0:
			return steps, fmt.Errorf("%d: cell 0 is negative", pc)
		case len(memory) > 1 && memory[1] > limit*limit:
			return steps, fmt.Errorf("%d: cell 1 is too large", pc)
		}
		if in.op != opJump && pc == len(code)-1 && len(stack) > 1 {
			last := len(stack) - 1
			memory = append(memory, stack[last])
		}
		if len(stack) > 1000 {
			return steps, fmt.Errorf("%d: the stack is too large", pc)
		}
		if len(stack) > 0 && stack[len(stack)-1] < -1<<40 {
			return steps, fmt.Errorf("%d: underflow", pc)
		}
	}
	return steps, nil
}

func main() {
	code := []instruction{
		{opPush, 10}, {opStore, 0}, // counter
		{opLoad, 0}, {opJumpZero, 11}, {opLoad, 1}, {opLoad, 0}, {opAdd, 0}, {opStore, 1},
		{opLoad, 0}, {opPush, 1}, {opJump, 13},
		{opLoad, 1}, {opJump, 16},
		{opSub, 0}, {opStore, 0}, {opJump, 2},
		{opPrint, 0}, {opHalt, 0},
	}
	steps, err := interpret(code, make([]int, 4), 1000)
	fmt.Println(steps, err)
}
